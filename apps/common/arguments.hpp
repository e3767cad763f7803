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

inline CLI::Validator positive() {
    const auto check = [](const std::string& text) -> std::string {
        const std::optional<double> value = parse<double>(text);
        if (value && std::isfinite(*value) && *value > 0) return {};
        return fmt::format("{} is not a number above 0", text);
    };
    return CLI::Validator(check, "");
}

}  // namespace apps
