#include "ops/binary.hpp"

#include "ops/broadcasting.hpp"
#include "ops/check.hpp"
#include "ops/dispatch.hpp"
#include "ops/half.hpp"
#include "ops/integers.hpp"

namespace keratin::ops {

Tensor run_binary(kernels::Binary op, const Tensor& a, const Tensor& b, const char* name) {
    require_same_dtype(a, b, name);
    require_numbers(a, name);
    if (is_half(a.dtype())) return narrowed(run_binary(op, widened(a), widened(b), name), a.dtype());
    const Pair inputs = pair(a, b, name);
    Tensor y = Tensor::empty(inputs.shape, a.dtype());
    if (y.size() == 0) return y;
    if (is_floating(a.dtype()))
        with_floating(a.dtype(), [&]<class T>() {
            kernels::kernels<T>().binary(context(), op, inputs.operand_a<T>(), inputs.operand_b<T>(),
                                         write<T>(y), inputs.rows, inputs.cols);
        });
    else
        with_integer(a.dtype(), [&]<class T>() {
            with_integer_op<T>(op, [&](const auto& f) { for_each_pair<T>(inputs, write<T>(y), f); });
        });
    return y;
}

}  // namespace keratin::ops
