#pragma once

#include "kernels/kernels.hpp"

#include <cstdint>

/// Arithmetic on integers: wraps around, as NumPy's and TensorFlow's does.
namespace keratin::ops {

template <class T>
T wrap(uint64_t value) {
    return static_cast<T>(value);
}

template <class T>
T power(T base, T exponent) {
    uint64_t result = 1, factor = static_cast<uint64_t>(base);
    for (auto rest = static_cast<uint64_t>(exponent); rest > 0; rest /= 2) {
        if (rest % 2 == 1) result *= factor;
        factor *= factor;
    }
    return wrap<T>(result);
}

/// Calls call(f) with f(a, b) of an op that integers have.
template <class T, class Call>
void with_integer_op(kernels::Binary op, const Call& call) {
    using kernels::Binary;
    switch (op) {
        case Binary::add:
            return call(
                [](T a, T b) { return wrap<T>(static_cast<uint64_t>(a) + static_cast<uint64_t>(b)); });
        case Binary::subtract:
            return call(
                [](T a, T b) { return wrap<T>(static_cast<uint64_t>(a) - static_cast<uint64_t>(b)); });
        case Binary::multiply:
            return call(
                [](T a, T b) { return wrap<T>(static_cast<uint64_t>(a) * static_cast<uint64_t>(b)); });
        case Binary::maximum:
            return call([](T a, T b) { return a > b ? a : b; });
        case Binary::minimum:
            return call([](T a, T b) { return a < b ? a : b; });
        case Binary::pow:
            return call([](T a, T b) { return power(a, b); });
        default:
            return;  // the gradients and divide are asked for in floating dtypes only
    }
}

}  // namespace keratin::ops
