#include "data/shuffling.hpp"

#include <keratin/core/error.hpp>
#include <keratin/core/random.hpp>

#include <algorithm>
#include <array>
#include <bit>
#include <numeric>
#include <span>

namespace keratin::data {
namespace {

/// MT19937 (Matsumoto, Nishimura 1998). Python seeds it by an array, which std::mt19937 cannot be told.
class MersenneTwister {
public:
    explicit MersenneTwister(uint32_t seed) {
        state_[0] = seed;
        for (uint32_t i = 1; i < size; ++i)
            state_[i] = 1812433253u * (state_[i - 1] ^ state_[i - 1] >> 30) + i;
    }
    explicit MersenneTwister(std::span<const uint32_t> key) : MersenneTwister(19650218u) {
        uint32_t i = 1;
        const auto step = [&](uint32_t factor, uint32_t term) {
            state_[i] = (state_[i] ^ (state_[i - 1] ^ state_[i - 1] >> 30) * factor) + term;
            if (++i < size) return;
            state_[0] = state_[size - 1];
            i = 1;
        };
        for (uint32_t k = 0; k < std::max<size_t>(size, key.size()); ++k) {
            const auto j = static_cast<uint32_t>(k % key.size());
            step(1664525u, key[j] + j);
        }
        for (uint32_t k = 1; k < size; ++k) step(1566083941u, 0 - i);
        state_[0] = 0x80000000u;
    }

    uint32_t next() {
        if (at_ == size) generate();
        uint32_t y = state_[at_++];
        y ^= y >> 11;
        y ^= y << 7 & 0x9d2c5680u;
        y ^= y << 15 & 0xefc60000u;
        return y ^ y >> 18;
    }

private:
    static constexpr uint32_t size = 624;

    void generate() {
        for (uint32_t i = 0; i < size; ++i) {
            const uint32_t y = (state_[i] & 0x80000000u) | (state_[(i + 1) % size] & 0x7fffffffu);
            state_[i] = state_[(i + 397) % size] ^ y >> 1 ^ (y & 1 ? 0x9908b0dfu : 0u);
        }
        at_ = 0;
    }

    std::array<uint32_t, size> state_{};
    uint32_t at_ = size;
};

/// Fisher and Yates, from the end; up_to(i) draws from 0 .. i.
template <class UpTo>
std::vector<int64_t> shuffled(int64_t n, const UpTo& up_to) {
    std::vector<int64_t> order(static_cast<size_t>(n));
    std::iota(order.begin(), order.end(), int64_t{0});
    for (size_t i = order.size(); i-- > 1;) std::swap(order[i], order[up_to(static_cast<uint32_t>(i))]);
    return order;
}

/// Draws until a number is not above the largest.
template <class Draw>
uint32_t accepted(uint32_t largest, const Draw& draw) {
    uint32_t value = draw();
    while (value > largest) value = draw();
    return value;
}

}  // namespace

std::vector<int64_t> numpy_order(int64_t n, uint64_t seed, const char* owner) {
    if (seed > UINT32_MAX) fail<ValueError>("{}: seed is {}; it must be below 2^32, as NumPy's", owner, seed);
    MersenneTwister bits(static_cast<uint32_t>(seed));
    return shuffled(n, [&](uint32_t largest) {
        const uint32_t mask = UINT32_MAX >> std::countl_zero(largest);
        return accepted(largest, [&] { return bits.next() & mask; });
    });
}

std::vector<int64_t> python_order(int64_t n, uint64_t seed) {
    const std::array<uint32_t, 2> words = {static_cast<uint32_t>(seed), static_cast<uint32_t>(seed >> 32)};
    MersenneTwister bits(std::span<const uint32_t>(words.data(), words[1] ? 2 : 1));
    return shuffled(n, [&](uint32_t largest) {
        const int unused = std::countl_zero(largest + 1);  // Python counts the bits of the number of choices
        return accepted(largest, [&] { return bits.next() >> unused; });
    });
}

int64_t buffer_for(std::optional<int64_t> batch_size, const char* owner) {
    if (!batch_size) return 1024;
    if (*batch_size < 1) fail<ValueError>("{}: batch_size is {}; it must be at least 1", owner, *batch_size);
    return 8 * std::min(*batch_size, INT64_MAX / 8);
}

uint64_t seed_or_small(std::optional<uint64_t> seed) {
    return seed ? *seed : SeedGenerator().seed() % 1'000'000;
}

}  // namespace keratin::data
