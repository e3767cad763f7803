#include <keratin/models/progbar.hpp>

#include <keratin/core/error.hpp>

#include <fmt/format.h>

#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstdio>

namespace keratin::utils {
namespace {

double steady_seconds() {
    return std::chrono::duration<double>(std::chrono::steady_clock::now().time_since_epoch()).count();
}

std::string eta_text(double seconds) {
    const auto whole = static_cast<int64_t>(seconds);
    if (seconds > 3600) return fmt::format("{}:{:02}:{:02}", whole / 3600, whole % 3600 / 60, whole % 60);
    if (seconds > 60) return fmt::format("{}:{:02}", whole / 60, whole % 60);
    return fmt::format("{}s", whole);
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

Progbar::Progbar(int64_t target, ProgbarOptions options) : target_(target), options_(std::move(options)) {
    if (target < 0 || options_.width < 0)
        fail<ValueError>("Progbar: target is {} and width {}; they must not be negative", target,
                         options_.width);
    if (options_.stateful_metrics && options_.stateless_metrics)
        fail<ValueError>("Progbar: stateful_metrics and stateless_metrics are both given; give one of them");
    if (!options_.display.clock) options_.display.clock = steady_seconds;
    start_ = options_.display.clock();
}

bool Progbar::due() const {
    return options_.verbose == 1 && options_.display.terminal &&
           options_.display.clock() - last_update_ >= options_.interval;
}

bool Progbar::averages(const std::string& name) const {
    if (options_.stateless_metrics) return options_.stateless_metrics->contains(name);
    return !options_.stateful_metrics || !options_.stateful_metrics->contains(name);
}

Logs Progbar::shown(int64_t current, const Logs& values, bool finalize) {
    const auto steps = static_cast<double>(std::max<int64_t>(current - seen_, 1));
    for (const auto& [name, value] : values) {
        Mean& mean = means_[name];
        const bool as_it_is = finalize || !averages(name);
        mean = as_it_is ? Mean{value, 1} : Mean{mean.sum + value * steps, mean.steps + steps};
    }
    Logs logs;
    for (const auto& [name, mean] : means_) logs.set(name, mean.sum / mean.steps);
    return logs;
}

double Progbar::step_seconds(int64_t done, double now) const {
    if (done <= 0) return 0;
    // The first step pays for what is made once, so it is left out of the mean.
    if (after_first_step_ >= 0 && done > 1) return (now - after_first_step_) / static_cast<double>(done - 1);
    return (now - start_) / static_cast<double>(done);
}

std::string Progbar::bar_line(int64_t done, bool finalize, double now) const {
    const auto styled = [&](const char* style, const std::string& text) {
        return options_.display.terminal ? style + text + "\x1b[0m" : text;
    };
    const auto bold = [&](const std::string& text) { return styled("\x1b[1m", text); };
    std::string line;
    if (target_ > 0) {
        line = bold(fmt::format("{:>{}}/{}", done, count_digits(target_), target_)) + " ";
        const int full = static_cast<int>(
            options_.width * std::min(1.0, static_cast<double>(done) / static_cast<double>(target_)));
        std::string left, right;
        for (int i = 0; i < full; ++i) left += "━";
        for (int i = full; i < options_.width; ++i) right += "━";
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

std::string Progbar::step_text(double seconds) const {
    if (seconds >= 1 || seconds == 0) return fmt::format("{:.0f}s/{}", seconds, options_.unit_name);
    if (seconds >= 1e-3) return fmt::format("{:.0f}ms/{}", seconds * 1e3, options_.unit_name);
    return fmt::format("{:.0f}us/{}", seconds * 1e6, options_.unit_name);
}

void Progbar::update(int64_t current, const Logs& values, std::optional<bool> last) {
    if (options_.verbose != 1 && options_.verbose != 2) return;
    const bool finalize = last.value_or(target_ > 0 && current >= target_);
    const Logs logs = shown(current, values, finalize);
    seen_ = current;
    // Redrawing needs a terminal; a log file gets one line per run.
    if (!finalize && !due()) return;
    const double now = options_.display.clock();
    if (finalize && target_ == 0) target_ = current;
    std::string out;
    if (options_.verbose == 2) {
        out = fmt::format("{}/{} - {:.0f}s - {}", target_, target_, now - start_,
                          step_text(step_seconds(current, now)));
        // As in Keras, which takes the size with the sign here.
        for (const auto& [name, value] : logs)
            out += fmt::format(" - {}: {}", name, value_text(value, value));
    } else {
        std::string line = bar_line(current, finalize, now);
        for (const auto& [name, value] : logs)
            line += fmt::format(" - {}: {}", name, value_text(value, std::abs(value)));
        const size_t width = columns(line);
        if (options_.display.terminal) out = std::string(columns_, '\b') + "\r";
        out += line;
        if (width < columns_) out += std::string(columns_ - width, ' ');
        columns_ = width;
    }
    if (current == 1) after_first_step_ = now;
    last_update_ = now;
    options_.display.output(finalize ? out + "\n" : out);
}

}  // namespace keratin::utils
