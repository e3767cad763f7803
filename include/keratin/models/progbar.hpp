#pragma once

#include <keratin/core/export.hpp>
#include <keratin/models/logs.hpp>

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>

namespace keratin::utils {

KERATIN_EXPORT bool stdout_is_terminal();
/// To standard output, flushed.
KERATIN_EXPORT void print_to_stdout(std::string_view text);

/// Where progress is shown.
struct Display {
    bool terminal = stdout_is_terminal();
    std::function<double()> clock = {};  ///< seconds; default: the steady clock
    std::function<void(std::string_view)> output = print_to_stdout;
};

/// In Keras's order and with its defaults.
struct ProgbarOptions {
    int width = 20;
    int verbose = 1;         ///< 0 silent, 1 a bar, 2 a line at the end
    double interval = 0.05;  ///< seconds between drawings
    /// Names whose values are shown as they come, while others are averaged over the steps; or the other way
    /// round, names that are averaged, while others are not. Without either all are averaged.
    std::optional<std::set<std::string>> stateful_metrics = {};
    std::optional<std::set<std::string>> stateless_metrics = {};
    std::string unit_name = "step";
    Display display = {};
};

/// Shows how far something is (keras.utils.Progbar): verbose 1 redraws a bar on a terminal and prints one
/// line at the end elsewhere; verbose 2 prints one line at the end.
class KERATIN_EXPORT Progbar {
public:
    /// `target`: steps; 0 when unknown. Throws ValueError for a negative target or width, and when stateful
    /// and stateless metrics are both given.
    explicit Progbar(int64_t target, ProgbarOptions options = {});

    /// `current` steps are behind us, the last of them with these values. `finalize` draws the last line,
    /// by default when the target is reached.
    void update(int64_t current, const Logs& values = {}, std::optional<bool> finalize = {});
    void add(int64_t steps, const Logs& values = {}) { update(seen_ + steps, values); }

    /// True when an update would draw something before the end.
    bool due() const;

private:
    struct Mean {
        double sum = 0;
        double steps = 0;
    };
    bool averages(const std::string& name) const;
    Logs shown(int64_t current, const Logs& values, bool finalize);
    double step_seconds(int64_t done, double now) const;
    std::string bar_line(int64_t done, bool finalize, double now) const;
    std::string step_text(double seconds) const;

    int64_t target_;
    ProgbarOptions options_;
    std::map<std::string, Mean> means_;
    double start_;
    double last_update_ = 0;
    double after_first_step_ = -1;
    int64_t seen_ = 0;
    size_t columns_ = 0;  ///< that the line on display takes
};

}  // namespace keratin::utils
