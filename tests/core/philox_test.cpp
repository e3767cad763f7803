#include "support/catch.hpp"

#include "core/philox.hpp"

#include <tuple>

using keratin::philox;

TEST_CASE("Philox 4x32-10 gives the published known answers", "[core][random]") {
    // Random123 1.14, tests/kat_vectors.
    using Counter = std::array<uint32_t, 4>;
    using Key = std::array<uint32_t, 2>;
    auto [counter, key, expected] = GENERATE(table<Counter, Key, Counter>({
        {Counter{0, 0, 0, 0}, Key{0, 0}, Counter{0x6627e8d5, 0xe169c58d, 0xbc57ac4c, 0x9b00dbd8}},
        {Counter{0xffffffff, 0xffffffff, 0xffffffff, 0xffffffff}, Key{0xffffffff, 0xffffffff},
         Counter{0x408f276d, 0x41c83b0e, 0xa20bc7c6, 0x6d5451fd}},
        {Counter{0x243f6a88, 0x85a308d3, 0x13198a2e, 0x03707344}, Key{0xa4093822, 0x299f31d0},
         Counter{0xd16cfe09, 0x94fdcceb, 0x5001e420, 0x24126ea1}},
    }));
    CHECK(philox(counter, key) == expected);
}

TEST_CASE("Philox in 64-bit words is the same function", "[core][random]") {
    const auto words = philox(0x85a308d3243f6a88, 0x0370734413198a2e, 0x299f31d0a4093822);
    CHECK(words[0] == 0x94fdccebd16cfe09);
    CHECK(words[1] == 0x24126ea15001e420);
}
