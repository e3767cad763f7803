#pragma once

#include <array>
#include <cstdint>

namespace keratin {

/// Philox 4x32-10 (Salmon, Moraes, Dror, Shaw: Parallel random numbers: as easy as 1, 2, 3, 2011): 128 random
/// bits for each counter and key.
constexpr std::array<uint32_t, 4> philox(std::array<uint32_t, 4> counter, std::array<uint32_t, 2> key) {
    for (int round = 0; round < 10; ++round) {
        const uint64_t a = uint64_t{0xD2511F53} * counter[0];
        const uint64_t b = uint64_t{0xCD9E8D57} * counter[2];
        counter = {static_cast<uint32_t>(b >> 32) ^ counter[1] ^ key[0], static_cast<uint32_t>(b),
                   static_cast<uint32_t>(a >> 32) ^ counter[3] ^ key[1], static_cast<uint32_t>(a)};
        key = {key[0] + 0x9E3779B9, key[1] + 0xBB67AE85};
    }
    return counter;
}

/// The same, 64 bits at a time: counter words low first, key, and two results.
constexpr std::array<uint64_t, 2> philox(uint64_t low, uint64_t high, uint64_t key) {
    const auto bits = philox({static_cast<uint32_t>(low), static_cast<uint32_t>(low >> 32),
                              static_cast<uint32_t>(high), static_cast<uint32_t>(high >> 32)},
                             {static_cast<uint32_t>(key), static_cast<uint32_t>(key >> 32)});
    return {uint64_t{bits[1]} << 32 | bits[0], uint64_t{bits[3]} << 32 | bits[2]};
}

}  // namespace keratin
