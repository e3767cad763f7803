#include "autograd/record.hpp"
#include "ops/binary.hpp"
#include "ops/check.hpp"

#include <keratin/ops/elementwise.hpp>

#include <cmath>

namespace keratin {

Tensor clip(const Tensor& x, Scalar low, Scalar high) {
    ops::require_numbers(x, "clip");
    const double least = low.to<double>();
    const double most = high.to<double>();
    if (std::isnan(least) || std::isnan(most))
        fail<ValueError>("clip: bounds {} and {} must be numbers", least, most);
    if (least > most) fail<ValueError>("clip: low {} is above high {}; swap them", least, most);
    const Tensor floor = ops::scalar_like(x, low, "clip");
    const Tensor ceiling = ops::scalar_like(x, high, "clip");
    Tensor y = ops::run_binary(kernels::Binary::maximum, x, floor, "clip");
    y = ops::run_binary(kernels::Binary::minimum, y, ceiling, "clip");
    return record("clip", y, wrt(x, [x, floor, ceiling](const Tensor& dy) {
                      return where(logical_or(less(x, floor), greater(x, ceiling)),
                                   Tensor::scalar(0, dy.dtype()), dy);
                  }));
}

}  // namespace keratin
