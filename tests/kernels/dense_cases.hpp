#pragma once

#include "kernels/context.hpp"

namespace keratin::kernels::testing {

/// Bound on the rounding of a sum of `terms` products of numbers within [-1, 1], with room for an activation.
template <class T>
double rounding(int64_t terms) {
    return static_cast<double>(terms + 16) * std::numeric_limits<T>::epsilon();
}

}  // namespace keratin::kernels::testing
