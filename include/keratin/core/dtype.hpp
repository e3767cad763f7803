#pragma once

#include <keratin/core/export.hpp>
#include <keratin/core/half.hpp>

#include <fmt/format.h>

#include <cstddef>
#include <cstdint>
#include <iosfwd>
#include <string_view>
#include <type_traits>

namespace keratin {

/// Type of a tensor's elements. Ops on float16 and bfloat16 compute in float32 and round their results.
enum class DType : uint8_t { float32, float64, int32, int64, uint8, bool_, float16, bfloat16 };
using enum DType;

/// Bytes of one element.
constexpr size_t size_of(DType dtype) {
    switch (dtype) {
        case float32:
        case int32:
            return 4;
        case float64:
        case int64:
            return 8;
        case float16:
        case bfloat16:
            return 2;
        case uint8:
        case bool_:
            return 1;
    }
    return 0;
}

/// True for the floating types of 16 bits.
constexpr bool is_half(DType dtype) {
    return dtype == float16 || dtype == bfloat16;
}

/// True for float16, bfloat16, float32 and float64.
constexpr bool is_floating(DType dtype) {
    return dtype == float32 || dtype == float64 || is_half(dtype);
}

/// "float32", ..., "bool".
KERATIN_EXPORT std::string_view name(DType dtype);

/// The dtype of that name; throws ValueError with the accepted names.
KERATIN_EXPORT DType dtype(std::string_view name);

KERATIN_EXPORT std::ostream& operator<<(std::ostream& out, DType dtype);

/// The C++ types that tensors hold.
template <class T>
concept Element = std::is_same_v<T, float> || std::is_same_v<T, double> || std::is_same_v<T, int32_t> ||
    std::is_same_v<T, int64_t> || std::is_same_v<T, uint8_t> || std::is_same_v<T, bool> ||
    std::is_same_v<T, Float16> || std::is_same_v<T, BFloat16>;

/// The dtype of a C++ type.
template <Element T>
constexpr DType dtype_of() {
    if constexpr (std::is_same_v<T, float>) return float32;
    if constexpr (std::is_same_v<T, double>) return float64;
    if constexpr (std::is_same_v<T, int32_t>) return int32;
    if constexpr (std::is_same_v<T, int64_t>) return int64;
    if constexpr (std::is_same_v<T, uint8_t>) return uint8;
    if constexpr (std::is_same_v<T, Float16>) return float16;
    if constexpr (std::is_same_v<T, BFloat16>) return bfloat16;
    return bool_;
}

}  // namespace keratin

template <>
struct fmt::formatter<keratin::DType> : fmt::formatter<fmt::string_view> {
    template <class Context>
    auto format(keratin::DType dtype, Context& context) const {
        const std::string_view text = keratin::name(dtype);
        return fmt::formatter<fmt::string_view>::format({text.data(), text.size()}, context);
    }
};
