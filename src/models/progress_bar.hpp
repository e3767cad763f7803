#pragma once

#include <keratin/models/logs.hpp>

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>

namespace keratin {

/// True when standard output is a terminal.
bool stdout_is_terminal();
/// To standard output, flushed.
void print_to_stdout(std::string_view text);

/// Where progress is shown.
struct Display {
    bool terminal = stdout_is_terminal();
    std::function<double()> clock = {};  ///< seconds; default: the steady clock
    std::function<void(std::string_view)> output = print_to_stdout;
};

/// Keras's progress display (keras.utils.Progbar): verbose 1 redraws a bar on a terminal and prints one line
/// per finished run elsewhere; verbose 2 prints one line per run.
class ProgressBar {
public:
    /// `target`: steps; 0 when unknown.
    ProgressBar(int64_t target, int verbose, Display display = {});

    /// `done` steps are behind us; draws at most every 0.05 s. `finalize` draws the last line.
    void update(int64_t done, const Logs& logs, bool finalize);

    /// True when an update would draw something: logs need not be gathered otherwise.
    bool due() const;
    int64_t done() const { return done_; }
    void set_done(int64_t done) { done_ = done; }

private:
    double step_seconds(int64_t done, double now) const;
    std::string bar_line(int64_t done, bool finalize, double now) const;

    int64_t target_;
    int verbose_;
    Display display_;
    double start_;
    double last_update_ = 0;
    double after_first_step_ = -1;
    int64_t done_ = 0;
    size_t columns_ = 0;  ///< that the line on display takes
};

}  // namespace keratin
