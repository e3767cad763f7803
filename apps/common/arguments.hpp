#pragma once

#include <fmt/core.h>
#include <CLI/CLI.hpp>

#include <charconv>
#include <cmath>
#include <cstdint>
#include <optional>
#include <string>

/// Checks of what the command line says.
namespace apps {

constexpr int wrong_arguments = 2;  ///< exit code

/// All of the text as a number; nothing when it is not one.
template <class T>
std::optional<T> parse(const std::string& text) {
    T value{};
    const char* const end = text.data() + text.size();
    const auto [stop, error] = std::from_chars(text.data(), end, value);
    if (error != std::errc() || stop != end) return std::nullopt;
    return value;
}

inline CLI::Validator whole(int64_t least, int64_t most) {
    const auto check = [least, most](const std::string& text) -> std::string {
        const std::optional<int64_t> value = parse<int64_t>(text);
        if (value && *value >= least && *value <= most) return {};
        return fmt::format("{} is not a whole number from {} to {}", text, least, most);
    };
    return CLI::Validator(check, "");
}

/// A finite number that a test accepts; `what` says which those are.
inline CLI::Validator number(bool (*accepts)(double), const char* what) {
    const auto check = [accepts, what](const std::string& text) -> std::string {
        const std::optional<double> value = parse<double>(text);
        if (value && std::isfinite(*value) && accepts(*value)) return {};
        return fmt::format("{} is not {}", text, what);
    };
    return CLI::Validator(check, "");
}

inline CLI::Validator positive() {
    return number([](double x) { return x > 0; }, "a number above 0");
}

inline CLI::Validator not_negative() {
    return number([](double x) { return x >= 0; }, "a number from 0 up");
}

inline CLI::Validator finite() {
    return number([](double) { return true; }, "a finite number");
}

}  // namespace apps
