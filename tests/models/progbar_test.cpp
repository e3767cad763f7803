#include "support/catch.hpp"

#include "support/capture.hpp"
#include "support/golden.hpp"

#include <keratin/core/error.hpp>
#include <keratin/models/progbar.hpp>

#include <limits>
#include <optional>
#include <utility>

using namespace keratin;
using nlohmann::json;

namespace {

using utils::Progbar;
using utils::ProgbarOptions;

/// A bar on a pretended terminal, with a clock that is set by hand.
struct PretendedBar {
    PretendedBar(int64_t target, ProgbarOptions options, bool terminal = true)
        : bar(target, shown_here(std::move(options), terminal)) {}

    /// What an update writes.
    std::string update(double seconds, int64_t current, const Logs& logs, std::optional<bool> finalize) {
        now = 100 + seconds;
        output.clear();
        bar.update(current, logs, finalize);
        return output;
    }

    double now = 100;
    std::string output;
    Progbar bar;

private:
    ProgbarOptions shown_here(ProgbarOptions options, bool terminal) {
        options.display = {.terminal = terminal,
                           .clock = [this] { return now; },
                           .output = [this](std::string_view text) { output += text; }};
        return options;
    }
};

ProgbarOptions options_of(const json& args) {
    ProgbarOptions options{.width = args.value("width", 20), .verbose = args["verbose"]};
    if (args.contains("stateless_metrics")) options.stateless_metrics.emplace();
    options.unit_name = args.value("unit_name", "step");
    return options;
}

Logs logs_of(const json& values) {
    Logs logs;
    for (const json& entry : values) logs.set(entry[0], golden::value(entry[1]));
    return logs;
}

std::optional<bool> finalizes(const json& update) {
    if (update["finalize"].is_null()) return std::nullopt;
    return update["finalize"].get<bool>();
}

}  // namespace

TEST_CASE("A progress bar draws what Keras draws, byte for byte", "[models][progbar][names][golden]") {
    int compared = 0;
    for (const json& c : golden::load("text.json")["progress_bars"]) {
        INFO(c["name"].get<std::string>());
        const json& target = c["args"]["target"];
        PretendedBar pretended(target.is_null() ? 0 : target.get<int64_t>(), options_of(c["args"]));
        for (const json& update : c["updates"]) {
            INFO(update["seconds"].get<double>() << " s");
            CHECK(pretended.update(update["seconds"], update["current"], logs_of(update["values"]),
                                   finalizes(update)) == update["output"].get<std::string>());
        }
        ++compared;
    }
    CHECK(compared == 15);
}

TEST_CASE("Values are averaged over the steps, but for those that are named", "[models][progbar][names]") {
    PretendedBar bar(4, {.verbose = 2, .stateful_metrics = {{"b"}}}, false);
    Logs logs;
    for (const double value : {1.0, 2.0}) {
        logs.set("a", value);
        logs.set("b", value);
        bar.bar.add(1, logs);
    }
    CHECK(bar.output == "");
    // The last values are final, as in Keras.
    CHECK(bar.update(4, 4, {}, {}) == "4/4 - 4s - 1s/step - a: 1.5000 - b: 2.0000\n");
    CHECK_THROWS_AS(Progbar(-1), ValueError);
    CHECK_THROWS_AS(Progbar(1, {.width = -1}), ValueError);
    CHECK_THROWS_AS(Progbar(1, {.stateful_metrics = {{"a"}}, .stateless_metrics = {{"b"}}}), ValueError);
}

TEST_CASE("Where there is no terminal a run leaves one plain line", "[models][progbar]") {
    PretendedBar pretended(3, {}, false);
    Logs logs;
    logs.set("loss", 0.5);
    CHECK_FALSE(pretended.bar.due());
    CHECK(pretended.update(1, 1, logs, false) == "");
    CHECK(pretended.update(2, 2, logs, false) == "");
    CHECK(pretended.update(3, 3, logs, true) == "3/3 ━━━━━━━━━━━━━━━━━━━━ 3s 1s/step - loss: 0.5000\n");
}

TEST_CASE("A bar that did not know its length shows it at the end", "[models][progbar]") {
    PretendedBar bar(0, {}, false), lines(0, {.verbose = 2}, false);
    CHECK(bar.update(1, 4, {}, true) == "4/4 ━━━━━━━━━━━━━━━━━━━━ 1s 250ms/step\n");
    CHECK(lines.update(1, 4, {}, true) == "4/4 - 1s - 250ms/step\n");
}

TEST_CASE("A bar is due every twentieth of a second, and only where it would be drawn", "[models][progbar]") {
    PretendedBar bar(10, {});
    CHECK(bar.bar.due());
    CHECK(bar.update(1, 1, {}, false) != "");
    CHECK_FALSE(bar.bar.due());
    bar.now += 0.049;
    CHECK_FALSE(bar.bar.due());
    bar.now += 0.002;
    CHECK(bar.bar.due());
    CHECK_FALSE(PretendedBar(10, {.verbose = 0}).bar.due());
    CHECK_FALSE(PretendedBar(10, {.verbose = 2}).bar.due());
}

TEST_CASE("A NaN has no sign, whatever its bits say", "[models][progbar]") {
    PretendedBar bar(1, {.verbose = 2});
    Logs logs;
    logs.set("loss", -std::numeric_limits<double>::quiet_NaN());
    CHECK(bar.update(1, 1, logs, true) == "1/1 - 1s - 1s/step - loss: nan\n");
}

TEST_CASE("By default a bar writes to standard output", "[models][progbar]") {
    const std::string text = test::captured([] {
        Progbar bar(1, {.verbose = 2});
        bar.update(1, {}, true);
    });
    CHECK(text.starts_with("1/1 - 0s - "));
    CHECK(text.ends_with("s/step\n"));
}
