#pragma once

#include "core/draw_scope.hpp"

#include <keratin/autograd/tape.hpp>
#include <keratin/core/random.hpp>

#include <cstdint>
#include <optional>

namespace keratin::data {

/// The seed that was given, or one from the default generator.
inline uint64_t seed_or_drawn(std::optional<uint64_t> seed) {
    return seed ? *seed : SeedGenerator().seed();
}

/// Calls the user's functions so that neither the thread nor the time matters: without a tape, and with draws
/// that belong to the number of the call.
class Guarded {
public:
    explicit Guarded(uint64_t key) : key_(key) {}

    template <class F>
    auto operator()(const F& f) {
        const NoGradient pause;
        const DrawScope draws(mixed(key_, calls_++));
        return f();
    }

private:
    uint64_t key_;
    uint64_t calls_ = 0;
};

}  // namespace keratin::data
