#include "support/catch.hpp"

#include "support/capture.hpp"
#include "support/files.hpp"
#include "support/golden_model.hpp"
#include "support/recorder.hpp"

#include <keratin/callbacks.hpp>
#include <keratin/losses.hpp>
#include <keratin/optimizers.hpp>

#include <fmt/ranges.h>

#include <sstream>

#include "models/fit_run.hpp"

using namespace keratin;
using nlohmann::json;

namespace {

const json& text() {
    return golden::load("text.json");
}

const json& setup() {
    return text()["setup"];
}

Sequential compiled_model() {
    Sequential model = golden::model(setup()["config"]);
    golden::set_weights(model, setup()["weights"]);
    model.compile({.optimizer = optimizers::SGD({.learning_rate = 0.1}),
                   .loss = losses::SparseCategoricalCrossentropy({.from_logits = true}),
                   .metrics = {"accuracy"}});
    return model;
}

Dataset data() {
    return {golden::tensor(setup()["x"]), golden::tensor(setup()["y"])};
}

ValidationData held_out() {
    return {golden::tensor(setup()["validation_x"]), golden::tensor(setup()["validation_y"])};
}

FitOptions fit_options(const json& given) {
    FitOptions options{.shuffle = false};
    for (const auto& [key, value] : given.items()) {
        if (key == "batch_size")
            options.batch_size = value;
        else if (key == "epochs")
            options.epochs = value;
        else if (key == "verbose")
            options.verbose = value.get<int>();
        else if (key == "validated")
            options.validation_data = held_out();
        else if (key == "initial_epoch")
            options.initial_epoch = value;
        else if (key == "validation_freq")
            options.validation_freq = value;
        else if (key == "validation_split")
            options.validation_split = value;
        else if (key == "steps_per_epoch")
            options.steps_per_epoch = value.get<int64_t>();
        else
            throw std::runtime_error("no such option: " + key);
    }
    return options;
}

/// Asks the model to stop where the run of the golden file does.
test::Recorder recorder(const json& run, Sequential& model) {
    const json& stop = run["stop_at"];
    if (stop.is_null()) return test::Recorder();
    return test::Recorder([&model, hook = stop[0].get<std::string>(),
                           index = stop[1].get<int64_t>()](const test::Event& event) {
        if (event.hook == hook && event.index == index) model.stop_training();
    });
}

std::vector<test::Event> expected_events(const json& run) {
    std::vector<test::Event> events;
    for (const json& entry : run["events"]) {
        test::Event event{entry["hook"], {}, entry["log_keys"].get<std::vector<std::string>>()};
        if (!entry["index"].is_null()) event.index = entry["index"].get<int64_t>();
        // Logs are numbers; Keras hands the predictions themselves to the callbacks.
        if (event.hook.starts_with("on_predict")) event.log_keys.clear();
        events.push_back(event);
    }
    return events;
}

std::string in_words(const std::vector<test::Event>& events) {
    std::string words;
    for (const test::Event& event : events)
        words +=
            fmt::format("{} {} {}\n", event.hook, event.index.value_or(-1), fmt::join(event.log_keys, ","));
    return words;
}

std::vector<std::string> split(const std::string& line, char separator) {
    std::vector<std::string> parts;
    std::istringstream stream(line);
    for (std::string part; std::getline(stream, part, separator);) parts.push_back(part);
    return parts;
}

void check_same_table(const std::string& got, const std::string& expected) {
    const std::vector<std::string> rows = split(got, '\n'), wanted = split(expected, '\n');
    REQUIRE(rows.size() == wanted.size());
    CHECK(rows[0] == wanted[0]);
    for (size_t r = 1; r < rows.size(); ++r) {
        const std::vector<std::string> cells = split(rows[r], ','), values = split(wanted[r], ',');
        REQUIRE(cells.size() == values.size());
        CHECK(rows[r].back() == '\r');
        for (size_t i = 0; i < cells.size(); ++i)
            if (values[i].starts_with("NA") || i == 0)
                CHECK(cells[i] == values[i]);
            else
                CHECK(std::stod(cells[i]) == Approx(std::stod(values[i])).epsilon(1e-6));
    }
}

void check_history(const History& history, const json& run) {
    CHECK(history.epoch == run["epochs"].get<std::vector<int64_t>>());
    CHECK(history.history.size() == run["history"].size());
    for (const json& entry : run["history"]) {
        const std::vector<double>& values = history[entry["key"].get<std::string>()];
        REQUIRE(values.size() == entry["values"].size());
        for (size_t i = 0; i < values.size(); ++i)
            CHECK(values[i] == Approx(golden::value(entry["values"][i])).epsilon(1e-6));
    }
}

}  // namespace

TEST_CASE("fit calls its callbacks, prints and remembers as Keras does", "[models][fit][golden]") {
    int compared = 0;
    for (const json& run : text()["runs"]) {
        if (run["action"] != "fit") continue;
        INFO(run["name"].get<std::string>());
        const test::TemporaryDirectory directory;
        Sequential model = compiled_model();
        test::Recorder events = recorder(run, model);
        callbacks::CSVLogger log(directory.file("log.csv"));
        FitOptions options = fit_options(run["options"]);
        options.callbacks = {std::ref(events), std::ref(log)};
        History history;
        const std::string output = test::captured([&] { history = model.fit(data(), options); });
        CHECK(in_words(events.events) == in_words(expected_events(run)));
        check_history(history, run);
        check_same_table(test::read_file(directory.file("log.csv")), run["csv"]);
        if (options.verbose != 1) CHECK(test::without_times(output) == run["output"].get<std::string>());
        ++compared;
    }
    CHECK(compared == 12);
}

TEST_CASE("evaluate and predict call their callbacks and print as Keras does", "[models][golden]") {
    int compared = 0;
    for (const json& run : text()["runs"]) {
        if (run["action"] == "fit") continue;
        INFO(run["name"].get<std::string>());
        const Sequential model = compiled_model();
        test::Recorder events;
        const int64_t batch_size = run["options"]["batch_size"];
        const int verbose = run["options"]["verbose"];
        const std::string output = test::captured([&] {
            if (run["action"] == "evaluate")
                model.evaluate(
                    data(), {.batch_size = batch_size, .verbose = verbose, .callbacks = {std::ref(events)}});
            else
                model.predict(
                    data(), {.batch_size = batch_size, .verbose = verbose, .callbacks = {std::ref(events)}});
        });
        CHECK(in_words(events.events) == in_words(expected_events(run)));
        if (verbose != 1) CHECK(test::without_times(output) == run["output"].get<std::string>());
        ++compared;
    }
    CHECK(compared == 4);
}

TEST_CASE("On a terminal the bar of fit, evaluate and predict is Keras's, byte for byte",
          "[models][progbar][names][golden]") {
    int compared = 0;
    for (const json& run : text()["runs"]) {
        if (run["options"]["verbose"] != 1) continue;
        INFO(run["name"].get<std::string>());
        Sequential model = compiled_model();
        std::string output;
        const callbacks::ProgbarLogger logger(
            {.terminal = true,
             .clock = [] { return 100.0; },
             .output = [&](std::string_view written) { output += written; }});
        FitOptions options = fit_options(run["options"]);
        options.callbacks = {logger};
        callbacks::CallbackList callbacks(
            {logger}, {.params = {.steps = (data().size() + options.batch_size - 1) / options.batch_size,
                                  .verbose = 1}});
        const Trainer runs(model);
        TensorFeed feed(data(), {options.batch_size, false, {}});
        Trainer::FeedOf validation;
        if (options.validation_data.x.defined())
            validation = [&] {
                return std::make_unique<TensorFeed>(options.validation_data,
                                                    FeedOptions{options.batch_size, false, {}});
            };
        if (run["action"] == "fit")
            FitRun(model, feed, validation, options)();
        else if (run["action"] == "evaluate")
            runs.evaluate(feed, callbacks);
        else
            runs.predict(feed, data().size(), callbacks);
        CHECK(output == run["output"].get<std::string>());
        ++compared;
    }
    CHECK(compared == 4);
}
