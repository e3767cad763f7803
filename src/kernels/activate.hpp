#pragma once

#include "kernels/kernels.hpp"
#include "kernels/math.hpp"
#include "kernels/tile.hpp"

namespace keratin::kernels::KERATIN_ISA {
namespace {

/// The activations that a tile does not apply itself, over finished numbers.
inline bool needs_pass(Activation activation) {
    return activation == Activation::tanh || activation == Activation::sigmoid;
}

template <class T>
void activate(Activation activation, T* y, int64_t n) {
    for (int64_t i = 0; i < n; i += lanes<T>) {
        const Vec<T> x = load_cols(y + i, n - i);
        store_cols(activation == Activation::tanh ? tanh(x) : sigmoid(x), y + i, n - i);
    }
}

}  // namespace
}  // namespace keratin::kernels::KERATIN_ISA
