#include "core/float_format.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <limits>
#include <string_view>

namespace keratin {
namespace {

std::string chars(double value, std::chars_format form, int precision) {
    std::string text(static_cast<size_t>(precision) + 400, '\0');
    const auto end = std::to_chars(text.data(), text.data() + text.size(), value, form, precision);
    text.resize(static_cast<size_t>(end.ptr - text.data()));
    return text;
}

/// The fewest digits that name this value of type T: 1.5e-07.
template <class T>
std::string shortest(T value) {
    char text[64];
    const auto end = std::to_chars(text, text + sizeof text, value, std::chars_format::scientific);
    return {text, end.ptr};
}

std::string without_zeros(std::string text) {
    text.erase(text.find_last_not_of('0') + 1);
    return text;
}

/// 1.2340e+05 -> 1.234e+05, 1e+05 -> 1.e+05.
std::string trimmed_scientific(const std::string& text) {
    const size_t e = text.find('e');
    std::string mantissa = text.substr(0, e);
    if (mantissa.find('.') == std::string::npos) mantissa += '.';
    return without_zeros(mantissa) + text.substr(e);
}

/// The shortest digits of a value, written without an exponent and with a point at the end at least.
template <class T>
std::string shortest_positional(T value) {
    const std::string text = shortest(value);
    const size_t e = text.find('e');
    const int exponent = std::stoi(text.substr(e + 1));
    std::string digits;
    std::copy_if(text.begin(), text.begin() + static_cast<std::ptrdiff_t>(e), std::back_inserter(digits),
                 [](char c) { return c >= '0' && c <= '9'; });
    if (exponent < 0) digits.insert(0, static_cast<size_t>(-exponent), '0');
    const size_t point = static_cast<size_t>(std::max(exponent, 0)) + 1;
    if (digits.size() < point) digits.append(point - digits.size(), '0');
    digits.insert(point, 1, '.');
    if (std::signbit(value)) digits.insert(0, 1, '-');
    return without_zeros(digits);
}

template <class T>
std::string positional(T value, int precision) {
    std::string text = shortest_positional(value);
    if (text.size() - text.find('.') - 1 <= static_cast<size_t>(precision)) return text;
    text = chars(static_cast<double>(value), std::chars_format::fixed, precision);
    if (precision == 0) text += '.';
    return without_zeros(text);
}

template <class T>
std::string scientific(T value, int precision) {
    const std::string text = trimmed_scientific(shortest(value));
    if (text.find('e') - text.find('.') - 1 <= static_cast<size_t>(precision)) return text;
    return trimmed_scientific(chars(static_cast<double>(value), std::chars_format::scientific, precision));
}

/// Above it NumPy prints exponents: what the type's decimal digits can tell apart, `most` at the utmost.
template <class T>
constexpr double largest_positional(double most) {
    return std::is_same_v<T, float> ? 1e6 : most;
}

template <class T>
bool differ_too_much(const std::vector<T>& values) {
    T least = std::numeric_limits<T>::infinity();
    T largest = 0;
    for (const T value : values) {
        if (!std::isfinite(value) || value == 0) continue;
        least = std::min(least, std::fabs(value));
        largest = std::max(largest, std::fabs(value));
    }
    if (largest == 0) return false;
    return largest >= static_cast<T>(largest_positional<T>(1e8)) || least < static_cast<T>(0.0001) ||
           largest / least > T{1000};
}

}  // namespace

template <class T>
std::string float_text(T value) {
    if (!std::isfinite(value)) return std::isnan(value) ? "nan" : value < 0 ? "-inf" : "inf";
    const double size = std::fabs(static_cast<double>(value));
    if (size != 0 && (size < 1e-4 || size >= largest_positional<T>(1e16))) return shortest(value);
    const std::string text = shortest_positional(value);
    return text.back() == '.' ? text + '0' : text;
}

template <class T>
FloatFormat<T>::FloatFormat(const std::vector<T>& values, int precision)
    : precision_(precision), scientific_(differ_too_much(values)) {
    if (scientific_) {
        size_t digits = 0;
        for (const T value : values) {
            if (!std::isfinite(value)) continue;
            const std::string text = scientific(value, precision);
            digits = std::max(digits, text.find('e') - text.find('.') - 1);
            exponent_ = std::max(exponent_, text.size() - text.find('e') - 2);
        }
        precision_ = static_cast<int>(digits);  // of all numbers alike
    }
    for (const T value : values) {
        if (!std::isfinite(value)) continue;
        const std::string text = finite_text(value);
        const size_t point = text.find('.');
        before_ = std::max(before_, point);
        after_ = std::max(after_, text.size() - point - 1);
    }
    for (const T value : values) {
        const size_t width = std::isfinite(value) ? 0 : float_text(value).size();
        if (width > after_ + 1) before_ = std::max(before_, width - after_ - 1);
    }
}

template <class T>
std::string FloatFormat<T>::finite_text(T value) const {
    if (!scientific_) return positional(value, precision_);
    std::string text = chars(static_cast<double>(value), std::chars_format::scientific, precision_);
    if (precision_ == 0) text.insert(text.find('e'), 1, '.');
    const size_t exponent = text.find('e') + 2;  // behind its sign
    text.insert(exponent, exponent_ - std::min(exponent_, text.size() - exponent), '0');
    return text;
}

template <class T>
std::string FloatFormat<T>::operator()(T value) const {
    if (!std::isfinite(value)) return fmt::format("{:>{}}", float_text(value), before_ + after_ + 1);
    const std::string text = finite_text(value);
    const size_t point = text.find('.');
    const size_t left = before_ - std::min(before_, point);
    const size_t right = after_ - std::min(after_, text.size() - point - 1);
    return std::string(left, ' ') + text + std::string(right, ' ');
}

template std::string float_text(float);
template std::string float_text(double);
template class FloatFormat<float>;
template class FloatFormat<double>;

}  // namespace keratin
