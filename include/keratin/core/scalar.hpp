#pragma once

#include <cstdint>
#include <type_traits>

namespace keratin {

/// A C++ number on its way into tensor arithmetic. It takes the tensor's dtype and never widens it.
class Scalar {
public:
    template <class T>
    requires std::is_arithmetic_v<T>
    constexpr Scalar(T value)
        : value_(static_cast<double>(value)),
          integer_(std::is_integral_v<T> ? static_cast<int64_t>(value) : 0),
          integral_(std::is_integral_v<T>) {}

    template <class T>
    constexpr T to() const {
        return integral_ ? static_cast<T>(integer_) : static_cast<T>(value_);
    }
    constexpr bool is_integral() const { return integral_; }

private:
    double value_;
    int64_t integer_;
    bool integral_;
};

}  // namespace keratin
