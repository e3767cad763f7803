#pragma once

#include <bit>
#include <cstdint>

namespace keratin {

/// An element of a float16 tensor (IEEE 754 binary16: 11 digits, up to 65504). Storage only: arithmetic is
/// done on float, to which it converts without loss; the way back rounds to the nearest, ties to even.
struct Float16 {
    uint16_t bits = 0;

    constexpr Float16() = default;
    constexpr explicit Float16(float value) : bits(rounded(std::bit_cast<uint32_t>(value))) {}
    constexpr explicit operator float() const;
    friend constexpr bool operator==(Float16 a, Float16 b) {
        return static_cast<float>(a) == static_cast<float>(b);
    }

private:
    static constexpr uint16_t rounded(uint32_t value);
};

/// An element of a bfloat16 tensor: a float without its last 16 bits, so 8 digits and float's range.
struct BFloat16 {
    uint16_t bits = 0;

    constexpr BFloat16() = default;
    constexpr explicit BFloat16(float value) : bits(rounded(std::bit_cast<uint32_t>(value))) {}
    constexpr explicit operator float() const {
        return std::bit_cast<float>(static_cast<uint32_t>(bits) << 16);
    }
    friend constexpr bool operator==(BFloat16 a, BFloat16 b) {
        return static_cast<float>(a) == static_cast<float>(b);
    }

private:
    static constexpr uint16_t rounded(uint32_t value) {
        const bool is_nan = (value & 0x7fffffffU) > 0x7f800000U;
        const uint32_t nearest = value + 0x7fffU + ((value >> 16) & 1U);
        return static_cast<uint16_t>((is_nan ? value | 0x400000U : nearest) >> 16);
    }
};

// Both ways choose among all cases at the end instead of branching, so that a loop over them is vectorized.
constexpr Float16::operator float() const {
    constexpr uint32_t two_to_minus_14 = 113U << 23;
    const uint32_t magnitude = (bits & 0x7fffU) << 13;
    const float subnormal =
        std::bit_cast<float>(magnitude + two_to_minus_14) - std::bit_cast<float>(two_to_minus_14);
    const uint32_t normal = magnitude + (112U << 23);
    const uint32_t infinite = magnitude + (224U << 23);
    const uint32_t finite = magnitude < (1U << 23) ? std::bit_cast<uint32_t>(subnormal) : normal;
    const uint32_t value = magnitude >= (31U << 23) ? infinite : finite;
    return std::bit_cast<float>(value | (static_cast<uint32_t>(bits) & 0x8000U) << 16);
}

constexpr uint16_t Float16::rounded(uint32_t value) {
    constexpr uint32_t half = 126U << 23;  // 0.5, whose last digit is worth a subnormal's
    const uint32_t sign = value & 0x80000000U;
    const uint32_t magnitude = value ^ sign;
    const float shifted = std::bit_cast<float>(magnitude < half ? magnitude : half) + 0.5F;
    const uint32_t subnormal = std::bit_cast<uint32_t>(shifted) - half;
    const uint32_t normal = (magnitude - (112U << 23) + 0xfffU + ((magnitude >> 13) & 1U)) >> 13;
    const uint32_t special = magnitude > 0x7f800000U ? 0x7e00U : 0x7c00U;
    const uint32_t finite = magnitude < (113U << 23) ? subnormal : normal;
    return static_cast<uint16_t>((magnitude >= (143U << 23) ? special : finite) | sign >> 16);
}

}  // namespace keratin
