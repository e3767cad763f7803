#pragma once

#include <keratin/layers/layer.hpp>

#include <cmath>
#include <cstdint>

/// Numbers that tests/golden/families/common.py makes as well, so that no file has to hold them.
namespace golden {

/// offset + scale * u, where u are numbers in [-1, 1): common.scrambled.
inline keratin::Tensor scrambled(const keratin::Shape& shape, uint32_t seed, double scale = 1,
                                 double offset = 0) {
    keratin::Tensor result = keratin::Tensor::empty(shape);
    uint32_t next = seed * 0x9E3779B9u;
    for (float& value : result.mutable_data<float>()) {
        uint32_t x = next++;
        x = (x ^ (x >> 16)) * 0x7FEB352Du;
        x = (x ^ (x >> 15)) * 0x846CA68Bu;
        x ^= x >> 16;
        value = static_cast<float>(offset + scale * (x / 2147483648.0 - 1.0));
    }
    return result;
}

/// Gives every weight such numbers: common.scrambled_weights.
inline void set_scrambled_weights(const keratin::Layer& model) {
    uint32_t seed = 0;
    for (const keratin::Variable& variable : model.variables()) {
        const keratin::Shape& shape = variable.shape();
        const std::string& name = variable.name();
        double scale = 1.0 / 8, offset = 0;
        if (name == "gamma" || name == "moving_variance") {
            offset = 1;
        } else if (name != "beta" && name != "bias" && name != "moving_mean") {
            const bool depthwise = shape.rank() == 4 && shape.back() == 1;
            scale = std::sqrt(6.0 / static_cast<double>(shape.slice(0, depthwise ? 2 : -1).size()));
        }
        variable.assign(convert(scrambled(shape, seed++, scale, offset), variable.dtype()));
    }
}

}  // namespace golden
