#pragma once

#include <keratin/core/config.hpp>
#include <keratin/core/error.hpp>
#include <keratin/initializers/initializer.hpp>

#include <cstdint>
#include <optional>

namespace keratin::initializers {

/// A seed as a config holds it: a number, or null.
inline Config seed_config(std::optional<uint64_t> seed) {
    return seed ? Config(*seed) : Config();
}

/// What every initializer that draws numbers asks of their dtype.
inline void require_floating(DType dtype, const Initializer& initializer) {
    if (!is_floating(dtype))
        fail<DTypeError>("{}: dtype is {}; random values are float32 or float64, cast() them",
                         initializer.class_name(), dtype);
}

}  // namespace keratin::initializers
