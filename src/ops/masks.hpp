#pragma once

#include <keratin/core/tensor.hpp>
#include <keratin/ops/elementwise.hpp>

namespace keratin::ops {

/// Where both masks are true; an undefined one is true everywhere.
inline Tensor both(const Tensor& a, const Tensor& b) {
    if (!a.defined() || !b.defined()) return a.defined() ? a : b;
    return logical_and(cast(a, bool_), cast(b, bool_));
}

}  // namespace keratin::ops
