#pragma once

#include <keratin/core/config.hpp>

#include <cstdint>
#include <optional>

namespace keratin::initializers {

/// A seed as a config holds it: a number, or null.
inline Config seed_config(std::optional<uint64_t> seed) {
    return seed ? Config(*seed) : Config();
}

}  // namespace keratin::initializers
