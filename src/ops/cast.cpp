#include "autograd/variable_reads.hpp"
#include "ops/check.hpp"

#include <keratin/ops/elementwise.hpp>

namespace keratin {

Tensor cast(const Tensor& x, DType dtype) {
    ops::require_defined(x, "input", "cast");
    return recorded_convert(x, dtype);
}

}  // namespace keratin
