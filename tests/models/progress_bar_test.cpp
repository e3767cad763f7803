#include "support/catch.hpp"

#include "support/capture.hpp"
#include "support/golden.hpp"

#include <limits>
#include <map>
#include <utility>

#include "models/progress_bar.hpp"

using namespace keratin;
using nlohmann::json;

namespace {

/// A bar on a pretended terminal, with a clock that is set by hand.
struct PretendedBar {
    PretendedBar(int64_t target, int verbose, bool terminal = true)
        : bar(target, verbose,
              {.terminal = terminal,
               .clock = [this] { return now; },
               .output = [this](std::string_view text) { output += text; }}) {}

    /// What an update writes.
    std::string update(double seconds, int64_t done, const Logs& logs, bool finalize) {
        now = 100 + seconds;
        output.clear();
        bar.update(done, logs, finalize);
        return output;
    }

    double now = 100;
    std::string output;
    ProgressBar bar;
};

/// What a bar of the golden file shows: the values of fit as they are, others averaged over the steps.
class Shown {
public:
    explicit Shown(bool averaged) : averaged_(averaged) {}

    Logs at(int64_t done, const json& values) {
        const auto steps = static_cast<double>(std::max<int64_t>(done - std::exchange(seen_, done), 1));
        Logs logs;
        for (const json& entry : values) {
            auto& [total, count] = sums_[entry[0].get<std::string>()];
            total += golden::value(entry[1]) * steps;
            count += steps;
            logs.set(entry[0], averaged_ ? total / count : golden::value(entry[1]));
        }
        return logs;
    }

private:
    bool averaged_;
    int64_t seen_ = 0;
    std::map<std::string, std::pair<double, double>> sums_;
};

bool finalizes(const json& update, int64_t target) {
    return update["finalize"].is_null() ? update["current"] >= target : update["finalize"].get<bool>();
}

}  // namespace

TEST_CASE("A progress bar draws what Keras draws, byte for byte", "[models][progress_bar][golden]") {
    int compared = 0;
    for (const json& c : golden::load("text.json")["progress_bars"]) {
        INFO(c["name"].get<std::string>());
        const json& args = c["args"];
        if (args.contains("unit_name")) continue;  // the bars of fit() count steps
        const int64_t target = args["target"].is_null() ? 0 : args["target"].get<int64_t>();
        PretendedBar pretended(target, args["verbose"]);
        Shown shown(!args.contains("stateless_metrics"));
        for (const json& update : c["updates"]) {
            INFO(update["seconds"].get<double>() << " s");
            CHECK(pretended.update(update["seconds"], update["current"],
                                   shown.at(update["current"], update["values"]),
                                   finalizes(update, target)) == update["output"].get<std::string>());
        }
        ++compared;
    }
    CHECK(compared == 14);
}

TEST_CASE("Where there is no terminal a run leaves one plain line", "[models][progress_bar]") {
    PretendedBar pretended(3, 1, false);
    Logs logs;
    logs.set("loss", 0.5);
    CHECK_FALSE(pretended.bar.due());
    CHECK(pretended.update(1, 1, logs, false) == "");
    CHECK(pretended.update(2, 2, logs, false) == "");
    CHECK(pretended.update(3, 3, logs, true) == "3/3 ━━━━━━━━━━━━━━━━━━━━ 3s 1s/step - loss: 0.5000\n");
}

TEST_CASE("A bar that did not know its length shows it at the end", "[models][progress_bar]") {
    PretendedBar bar(0, 1, false), lines(0, 2, false);
    CHECK(bar.update(1, 4, {}, true) == "4/4 ━━━━━━━━━━━━━━━━━━━━ 1s 250ms/step\n");
    CHECK(lines.update(1, 4, {}, true) == "4/4 - 1s - 250ms/step\n");
}

TEST_CASE("A bar is due every twentieth of a second, and only where it would be drawn",
          "[models][progress_bar]") {
    PretendedBar bar(10, 1);
    CHECK(bar.bar.due());
    CHECK(bar.update(1, 1, {}, false) != "");
    CHECK_FALSE(bar.bar.due());
    bar.now += 0.049;
    CHECK_FALSE(bar.bar.due());
    bar.now += 0.002;
    CHECK(bar.bar.due());
    CHECK_FALSE(PretendedBar(10, 0).bar.due());
    CHECK_FALSE(PretendedBar(10, 2).bar.due());
}

TEST_CASE("A NaN has no sign, whatever its bits say", "[models][progress_bar]") {
    PretendedBar bar(1, 2);
    Logs logs;
    logs.set("loss", -std::numeric_limits<double>::quiet_NaN());
    CHECK(bar.update(1, 1, logs, true) == "1/1 - 1s - 1s/step - loss: nan\n");
}

TEST_CASE("By default a bar writes to standard output", "[models][progress_bar]") {
    const std::string text = test::captured([] {
        ProgressBar bar(1, 2);
        bar.update(1, {}, true);
    });
    CHECK(text.starts_with("1/1 - 0s - "));
    CHECK(text.ends_with("s/step\n"));
}
