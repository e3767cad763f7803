#include "models/progress_bar.hpp"

#include <fmt/format.h>

#include <unistd.h>

#include <algorithm>
#include <chrono>
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

std::string step_text(double seconds) {
    if (seconds >= 1 || seconds == 0) return fmt::format("{:.0f}s/step", seconds);
    if (seconds >= 1e-3) return fmt::format("{:.0f}ms/step", seconds * 1e3);
    return fmt::format("{:.0f}us/step", seconds * 1e6);
}

/// A value in its plain form, or with an exponent where that would show little; NaN has no sign in Python.
std::string value_text(double value, double size) {
    if (std::isnan(value)) return "nan";
    return size > 1e-3 ? fmt::format("{:.4f}", value) : fmt::format("{:.4e}", value);
}

size_t count_digits(int64_t n) {
    return fmt::formatted_size("{}", n);
}

/// Columns of the screen that a text takes: none for escapes, one for a character of several bytes.
size_t columns(std::string_view text) {
    size_t count = 0;
    for (size_t i = 0; i < text.size(); ++i) {
        if (text[i] == '\x1b')
            i = text.find('m', i);
        else if ((static_cast<unsigned char>(text[i]) & 0xC0) != 0x80)
            ++count;
    }
    return count;
}

}  // namespace

bool stdout_is_terminal() {
    return isatty(STDOUT_FILENO) != 0;
}

void print_to_stdout(std::string_view text) {
    std::fwrite(text.data(), 1, text.size(), stdout);
    std::fflush(stdout);
}

ProgressBar::ProgressBar(int64_t target, int verbose, Display display)
    : target_(target), verbose_(verbose), display_(std::move(display)) {
    if (!display_.clock) display_.clock = steady_seconds;
    start_ = display_.clock();
}

bool ProgressBar::due() const {
    return verbose_ == 1 && display_.terminal && display_.clock() - last_update_ >= interval;
}

double ProgressBar::step_seconds(int64_t done, double now) const {
    if (done <= 0) return 0;
    // The first step pays for what is made once, so it is left out of the mean.
    if (after_first_step_ >= 0 && done > 1) return (now - after_first_step_) / static_cast<double>(done - 1);
    return (now - start_) / static_cast<double>(done);
}

std::string ProgressBar::bar_line(int64_t done, bool finalize, double now) const {
    const auto styled = [&](const char* style, const std::string& text) {
        return display_.terminal ? style + text + "\x1b[0m" : text;
    };
    const auto bold = [&](const std::string& text) { return styled("\x1b[1m", text); };
    std::string line;
    if (target_ > 0) {
        line = bold(fmt::format("{:>{}}/{}", done, count_digits(target_), target_)) + " ";
        const int full = static_cast<int>(
            bar_width * std::min(1.0, static_cast<double>(done) / static_cast<double>(target_)));
        std::string left, right;
        for (int i = 0; i < full; ++i) left += "━";
        for (int i = full; i < bar_width; ++i) right += "━";
        if (full > 0) line += styled("\x1b[32m", left);
        line += styled("\x1b[37m", right);
    } else {
        line = fmt::format("{:>7}/Unknown", done);
    }
    const double step = step_seconds(done, now);
    const bool remaining = !finalize && target_ > 0;
    line += " " + bold(remaining ? eta_text(step * static_cast<double>(target_ - done))
                                 : fmt::format("{:.0f}s", now - start_));
    return line + " " + step_text(step);
}

void ProgressBar::update(int64_t done, const Logs& logs, bool finalize) {
    if (verbose_ != 1 && verbose_ != 2) return;
    // Redrawing needs a terminal; a log file gets one line per run.
    if (!finalize && !due()) return;
    const double now = display_.clock();
    if (finalize && target_ == 0) target_ = done;
    std::string out;
    if (verbose_ == 2) {
        out = fmt::format("{}/{} - {:.0f}s - {}", target_, target_, now - start_,
                          step_text(step_seconds(done, now)));
        // As in Keras, which takes the size with the sign here.
        for (const auto& [name, value] : logs)
            out += fmt::format(" - {}: {}", name, value_text(value, value));
    } else {
        std::string line = bar_line(done, finalize, now);
        for (const auto& [name, value] : logs)
            line += fmt::format(" - {}: {}", name, value_text(value, std::abs(value)));
        const size_t width = columns(line);
        if (display_.terminal) out = std::string(columns_, '\b') + "\r";
        out += line;
        if (width < columns_) out += std::string(columns_ - width, ' ');
        columns_ = width;
    }
    if (done == 1) after_first_step_ = now;
    done_ = done;
    last_update_ = now;
    display_.output(finalize ? out + "\n" : out);
}

}  // namespace keratin
