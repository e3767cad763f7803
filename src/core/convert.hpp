#pragma once

#include <keratin/core/dtype.hpp>
#include <keratin/core/error.hpp>

#include <limits>
#include <type_traits>

namespace keratin {

/// One element as another type, defined for every value: floating numbers are cut off towards zero, kept
/// within the integer's range, NaN is 0; integers wrap around; anything but 0 is true.
template <class To, class From>
To convert_element(From value) {
    if constexpr (std::is_same_v<To, bool>) {
        return value != From{0};
    } else if constexpr (std::is_integral_v<To> && std::is_floating_point_v<From>) {
        // The largest integer may round up to the next power of two, which is already outside.
        constexpr auto low = static_cast<From>(std::numeric_limits<To>::min());
        constexpr auto high = static_cast<From>(std::numeric_limits<To>::max());
        if (value >= high) return std::numeric_limits<To>::max();
        if (value <= low) return std::numeric_limits<To>::min();
        return value == value ? static_cast<To>(value) : To{0};
    } else {
        return static_cast<To>(value);
    }
}

/// Calls call.template operator()<T>() with the C++ type of a dtype, which must not be of 16 bits: those are
/// converted to float32 first.
template <class Call>
decltype(auto) with_element(DType dtype, const Call& call) {
    switch (dtype) {
        case float32:
            return call.template operator()<float>();
        case float64:
            return call.template operator()<double>();
        case int32:
            return call.template operator()<int32_t>();
        case int64:
            return call.template operator()<int64_t>();
        case uint8:
            return call.template operator()<uint8_t>();
        case bool_:
            return call.template operator()<bool>();
        case float16:
        case bfloat16:
            break;
    }
    fail<DTypeError>("{} is a dtype to store; cast() to float32", dtype);
}

}  // namespace keratin
