#include "support/catch.hpp"

#include "models/watched.hpp"
#include "support/capture.hpp"
#include "support/recorder.hpp"

#include <keratin/models/callback_list.hpp>
#include <keratin/models/progbar_logger.hpp>

#include <algorithm>

using namespace keratin;
using callbacks::CallbackList;
using callbacks::ProgbarLogger;

namespace {

/// What a fit of two epochs prints, times left out.
std::string printed(std::vector<CallbackHandle> callbacks, int verbose) {
    watched::Batches seen;
    Sequential model = watched::model(seen);
    const std::string text = test::captured([&] {
        model.fit(watched::numbered(4),
                  {.batch_size = 2, .epochs = 2, .verbose = verbose, .callbacks = std::move(callbacks)});
    });
    std::string lines;
    for (size_t at = 0; at < text.size(); at = text.find('\n', at) + 1) lines += text.substr(at, 5) + '|';
    return lines;
}

}  // namespace

TEST_CASE("A ProgbarLogger that is given is the only one", "[models][names]") {
    for (const int verbose : {1, 2}) {
        const std::string expected = "Epoch|2/2 " + std::string(verbose == 1 ? "\xe2" : "-") + "|";
        CHECK(printed({}, verbose) == expected + expected);
        CHECK(printed({ProgbarLogger()}, verbose) == expected + expected);
        CHECK(printed({CallbackList({ProgbarLogger()})}, verbose) == expected + expected);
    }
    CHECK(printed({ProgbarLogger()}, 0) == "");
}

TEST_CASE("A ProgbarLogger serves run after run, validation being silent", "[models][names]") {
    watched::Batches seen;
    Sequential model = watched::model(seen);
    const Dataset data = watched::numbered(4);
    std::string output;
    ProgbarLogger logger({.terminal = false, .output = [&](std::string_view text) { output += text; }});
    const auto lines = [&] { return std::count(output.begin(), output.end(), '\n'); };
    model.fit(data, {.callbacks = {std::ref(logger)}, .validation_data = data});
    CHECK(lines() == 1);
    CHECK(output.find("val_loss") != std::string::npos);
    model.evaluate(data, {.callbacks = {std::ref(logger)}});
    CHECK(lines() == 2);
    model.predict(data, {.callbacks = {std::ref(logger)}});
    CHECK(lines() == 2);  // predict is silent by default
    model.predict(data, {.verbose = 1, .callbacks = {std::ref(logger)}});
    CHECK(lines() == 3);
}

TEST_CASE("A CallbackList tells its callbacks everything, in their order", "[models][names]") {
    std::vector<std::string> order;
    const auto note = [&](const std::string& name) {
        return [&order, name](const test::Event& event) { order.push_back(name + " " + event.hook); };
    };
    test::Recorder first(note("first")), second(note("second"));
    watched::Batches seen;
    Sequential model = watched::model(seen);
    CallbackList list({std::ref(first)}, {.add_progbar = true, .model = &model, .params = {.epochs = 3}});
    CHECK(list.callbacks().size() == 2);
    CHECK(first.model == &model);
    CHECK(first.params.epochs == 3);
    list.append(std::ref(second));
    CHECK(second.params.epochs == 3);
    list.set_params({.epochs = 5});
    CHECK(second.params.epochs == 5);
    CHECK(list.wants_batch_logs());
    CHECK_FALSE(CallbackList({}, {.add_progbar = true}).wants_batch_logs());

    Logs logs;
    logs.set("loss", 1);
    list.on_train_begin({});
    list.on_epoch_end(0, logs);
    list.on_train_end(logs);
    CHECK(order == std::vector<std::string>{"first on_train_begin", "second on_train_begin",
                                            "first on_epoch_end", "second on_epoch_end", "first on_train_end",
                                            "second on_train_end"});
    CHECK(second.events.back().log_keys == std::vector<std::string>{"loss"});
}

TEST_CASE("A CallbackList among the callbacks of fit has its model and params", "[models][names]") {
    test::Recorder inner, outer;
    watched::Batches seen;
    Sequential model = watched::model(seen);
    CallbackList list({std::ref(inner)});
    model.fit(watched::numbered(4),
              {.batch_size = 2, .epochs = 2, .verbose = 0, .callbacks = {std::ref(list), std::ref(outer)}});
    CHECK(inner.events == outer.events);
    CHECK(inner.model == &model);
    CHECK(inner.params.steps == 2);
    model.evaluate(watched::numbered(4), {.verbose = 0, .callbacks = {std::ref(list)}});
    CHECK(inner.params.steps == 1);
    CHECK(inner.events.size() > outer.events.size());
}
