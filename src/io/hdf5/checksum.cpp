#include "io/hdf5/checksum.hpp"

#include <algorithm>
#include <bit>
#include <cstddef>

namespace keratin::io::hdf5 {
namespace {

/// The three words that lookup3 stirs.
struct Words {
    uint32_t a, b, c;

    void add(std::span<const uint8_t> twelve) {
        uint32_t* words[] = {&a, &b, &c};
        for (size_t i = 0; i < twelve.size(); ++i) *words[i / 4] += uint32_t{twelve[i]} << (8 * (i % 4));
    }
    void mix() {
        stir(a, b, c, 4), stir(b, c, a, 6), stir(c, a, b, 8);
        stir(a, b, c, 16), stir(b, c, a, 19), stir(c, a, b, 4);
    }
    void finish() {
        last(c, b, 14), last(a, c, 11), last(b, a, 25);
        last(c, b, 16), last(a, c, 4), last(b, a, 14), last(c, b, 24);
    }

private:
    static void stir(uint32_t& x, const uint32_t& y, uint32_t& z, int by) {
        x -= z;
        x ^= std::rotl(z, by);
        z += y;
    }
    static void last(uint32_t& x, uint32_t y, int by) {
        x ^= y;
        x -= std::rotl(y, by);
    }
};

}  // namespace

uint32_t lookup3(std::span<const uint8_t> bytes) {
    const uint32_t start = 0xdeadbeef + static_cast<uint32_t>(bytes.size());
    Words words{start, start, start};
    while (bytes.size() > 12) {
        words.add(bytes.first(12));
        words.mix();
        bytes = bytes.subspan(12);
    }
    if (bytes.empty()) return words.c;
    words.add(bytes);
    words.finish();
    return words.c;
}

uint32_t fletcher32(std::span<const uint8_t> bytes) {
    uint32_t low = 0;
    uint32_t high = 0;
    const auto fold = [](uint32_t sum) { return (sum & 0xffff) + (sum >> 16); };
    while (!bytes.empty()) {
        const size_t run = std::min<size_t>(bytes.size(), 720);  // 360 words: their sums fit 32 bits
        for (size_t i = 0; i < run; i += 2) {
            low += uint32_t{bytes[i]} << 8 | (i + 1 < run ? bytes[i + 1] : 0);
            high += low;
        }
        low = fold(low);
        high = fold(high);
        bytes = bytes.subspan(run);
    }
    return fold(high) << 16 | fold(low);
}

}  // namespace keratin::io::hdf5
