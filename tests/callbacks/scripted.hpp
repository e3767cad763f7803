#pragma once

#include "support/catch.hpp"

#include "support/capture.hpp"
#include "support/golden_model.hpp"

#include <keratin/callbacks.hpp>
#include <keratin/losses.hpp>
#include <keratin/optimizers.hpp>

#include <algorithm>
#include <string>
#include <vector>

#include "models/training_state.hpp"

/// The model and the scripts of values that Keras's callbacks were recorded with.
namespace scripted {

using nlohmann::json;

inline const json& text() {
    return golden::load("text.json");
}

/// A model that tells whether a callback has asked it to stop.
class Model : public keratin::Sequential {
public:
    explicit Model(const keratin::Sequential& model) : Sequential(model) {}
    bool stopping() const { return training_->stop; }
};

/// Dense(5, tanh) and Dense(3), compiled and tested once, so that "auto" finds the metrics' direction.
inline Model model() {
    const json& setup = text()["setup"];
    keratin::Sequential made = golden::model(setup["config"]);
    golden::set_weights(made, setup["weights"]);
    made.compile({.optimizer = keratin::optimizers::SGD({.learning_rate = 0.1}),
                  .loss = keratin::losses::SparseCategoricalCrossentropy({.from_logits = true}),
                  .metrics = {"accuracy"}});
    made.test_on_batch(golden::tensor(setup["x"]), golden::tensor(setup["y"]));
    return Model(made);
}

inline std::vector<std::string> names(const keratin::Logs& logs) {
    std::vector<std::string> list;
    for (const auto& [name, value] : logs) list.push_back(name);
    return list;
}

/// Hands a callback one value per epoch, as recorded in a golden case, and compares what it prints, what it
/// adds to the logs, and the epoch that the weights come from at the end. `check(epoch)` sees the golden
/// entry of each epoch.
template <class Callback, class Check>
void run(Callback& callback, Model& model, const json& c, Check check) {
    callback.model = &model;
    callback.on_train_begin({});
    const keratin::Variable bias = model.layers().back().variables().back();
    for (size_t i = 0; i < c["epochs"].size(); ++i) {
        const json& entry = c["epochs"][i];
        const auto epoch = static_cast<int64_t>(i);
        INFO("epoch " << epoch);
        bias.assign(keratin::full(bias.shape(), static_cast<double>(epoch + 1)));
        callback.on_epoch_begin(epoch, {});
        keratin::Logs logs;
        logs.set("loss", 1.0);
        if (!entry["value"].is_null()) logs.set(c["monitor"], golden::value(entry["value"]));
        const std::string output = test::captured([&] { callback.on_epoch_end(epoch, logs); });
        check(entry, output);
        // Keras appends; keratin's logs are sorted.
        auto keys = entry["log_keys"].template get<std::vector<std::string>>();
        std::sort(keys.begin(), keys.end());
        CHECK(names(logs) == keys);
    }
    CHECK(test::captured([&] { callback.on_train_end({}); }) == c["output_at_end"].get<std::string>());
    CHECK(bias.value().data<float>()[0] == c["weights_of_epoch"].get<float>());
}

/// A golden best, which may be null.
inline bool is_best(const std::optional<double>& best, const json& expected) {
    if (expected.is_null() || !best) return expected.is_null() && !best;
    const double value = golden::value(expected);
    return *best == value || (std::isnan(*best) && std::isnan(value));
}

}  // namespace scripted
