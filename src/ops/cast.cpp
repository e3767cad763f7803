#include "autograd/record.hpp"
#include "ops/check.hpp"

#include <keratin/ops/elementwise.hpp>

namespace keratin {

Tensor cast(const Tensor& x, DType dtype) {
    ops::require_defined(x, "input", "cast");
    if (x.dtype() == dtype) return x;
    Tensor y = convert(x, dtype);
    if (!is_floating(x.dtype()) || !is_floating(dtype)) return y;
    return record("cast", y, wrt(x, [from = x.dtype()](const Tensor& dy) { return cast(dy, from); }));
}

}  // namespace keratin
