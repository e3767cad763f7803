#include "models/progress_bar.hpp"

#include <fmt/format.h>

#include <unistd.h>

#include <cmath>
#include <cstdio>

namespace keratin {
namespace {

constexpr int bar_width = 20;
constexpr double interval = 0.05;

double steady_seconds() {
    return std::chrono::duration<double>(std::chrono::steady_clock::now().time_since_epoch()).count();
}

std::string eta_text(double seconds) {
    const auto whole = static_cast<int64_t>(seconds);
    if (seconds > 3600) return fmt::format("{}:{:02}:{:02}", whole / 3600, whole % 3600 / 60, whole % 60);
    if (seconds > 60) return fmt::format("{}:{:02}", whole / 60, whole % 60);
    return fmt::format("{}s", whole);
}

std::string values_text(const Logs& logs) {
    std::string text;
    for (const auto& [name, value] : logs)
        text +=
            fmt::format(" - {}: {}", name,
                        std::abs(value) > 1e-3 ? fmt::format("{:.4f}", value) : fmt::format("{:.4e}", value));
    return text;
}

size_t count_digits(int64_t n) {
    return fmt::formatted_size("{}", n);
}

}  // namespace

bool stdout_is_terminal() {
    return isatty(STDOUT_FILENO) != 0;
}

void ProgressBar::print(std::string_view text) {
    std::fwrite(text.data(), 1, text.size(), stdout);
    std::fflush(stdout);
}

bool ProgressBar::due() const {
    return options_.verbose == 1 && options_.terminal && options_.clock() - last_update_ >= interval;
}

ProgressBar::ProgressBar(Options options) : options_(std::move(options)) {
    if (!options_.clock) options_.clock = steady_seconds;
    if (!options_.output) options_.output = print;
    start_ = options_.clock();
}

std::string ProgressBar::step_time(double now) const {
    // The first step pays for what is made once, so it is left out of the mean.
    double seconds = 0;
    if (done_ > 0)
        seconds = after_first_step_ >= 0 && done_ > 1
                      ? (now - after_first_step_) / static_cast<double>(done_ - 1)
                      : (now - start_) / static_cast<double>(done_);
    if (seconds >= 1 || seconds == 0) return fmt::format("{:.0f}s/step", seconds);
    if (seconds >= 1e-3) return fmt::format("{:.0f}ms/step", seconds * 1e3);
    return fmt::format("{:.0f}us/step", seconds * 1e6);
}

std::string ProgressBar::bar_line(int64_t done, bool finalize, double now) const {
    const auto bold = [&](const std::string& text) {
        return options_.terminal ? "\x1b[1m" + text + "\x1b[0m" : text;
    };
    std::string line;
    if (options_.target > 0) {
        line = bold(fmt::format("{:>{}}/{}", done, count_digits(options_.target), options_.target)) + " ";
        const int full = static_cast<int>(
            bar_width * std::min(1.0, static_cast<double>(done) / static_cast<double>(options_.target)));
        std::string left, right;
        for (int i = 0; i < full; ++i) left += "━";
        for (int i = full; i < bar_width; ++i) right += "━";
        line += options_.terminal ? "\x1b[32m" + left + "\x1b[0m\x1b[37m" + right + "\x1b[0m" : left + right;
    } else {
        line = bold(fmt::format("{:>7}/Unknown", done));
    }
    const double elapsed = now - start_;
    double shown = elapsed;
    if (!finalize && options_.target > 0 && done > 0)
        shown = elapsed / static_cast<double>(done) * static_cast<double>(options_.target - done);
    line += " " + bold(finalize || options_.target == 0 ? fmt::format("{:.0f}s", elapsed) : eta_text(shown));
    return line + " " + step_time(now);
}

void ProgressBar::update(int64_t done, const Logs& logs, bool finalize) {
    const double now = options_.clock();
    if (done_ == 0 && done > 0) after_first_step_ = now;
    done_ = done;
    if (options_.verbose == 2) {
        if (!finalize) return;
        const int64_t target = options_.target > 0 ? options_.target : done;
        options_.output(fmt::format("{}/{} - {:.0f}s - {}{}\n", target, target, now - start_, step_time(now),
                                    values_text(logs)));
        return;
    }
    if (options_.verbose != 1) return;
    // Redrawing needs a terminal; a log file gets one line per run.
    if (!finalize && (!options_.terminal || now - last_update_ < interval)) return;
    last_update_ = now;
    const std::string line = bar_line(done, finalize, now) + values_text(logs);
    std::string out;
    if (options_.terminal) out = std::string(width_, '\b') + "\r";
    out += line;
    if (line.size() < width_) out += std::string(width_ - line.size(), ' ');
    width_ = line.size();
    if (finalize) out += "\n";
    options_.output(out);
}

}  // namespace keratin
