#pragma once

#include <keratin/models/logs.hpp>

#include <chrono>
#include <functional>
#include <string>
#include <string_view>

namespace keratin {

/// Keras's progress display (keras.utils.Progbar): verbose 1 redraws a bar on a terminal and prints one line
/// per finished run elsewhere; verbose 2 prints one line per run.
class ProgressBar {
public:
    using Clock = std::function<double()>;  ///< seconds
    using Output = std::function<void(std::string_view)>;

    struct Options {
        int64_t target = 0;  ///< steps; 0 when unknown
        int verbose = 1;
        bool terminal = false;
        Clock clock = {};    ///< default: the steady clock
        Output output = {};  ///< default: standard output, flushed
    };
    explicit ProgressBar(Options options);

    /// `done` steps are behind us; draws at most every 0.05 s. `finalize` draws the last line.
    void update(int64_t done, const Logs& logs, bool finalize);

    /// True when an update would draw something: logs need not be gathered otherwise.
    bool due() const;
    int64_t done() const { return done_; }
    void set_done(int64_t done) { done_ = done; }
    static void print(std::string_view text);  ///< to standard output, flushed

private:
    std::string bar_line(int64_t done, bool finalize, double now) const;
    std::string step_time(double now) const;

    Options options_;
    double start_;
    double last_update_ = 0;
    double after_first_step_ = -1;
    int64_t done_ = 0;
    size_t width_ = 0;  ///< characters of the line on display
};

/// True when standard output is a terminal.
bool stdout_is_terminal();

}  // namespace keratin
