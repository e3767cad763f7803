#include "ops/check.hpp"

#include "core/convert.hpp"

#include <cmath>
#include <limits>

namespace keratin::ops {

void require_defined(const Tensor& x, const char* what, const char* op) {
    if (!x.defined())
        fail<ValueError>("{}: {} is an undefined tensor; give it a value first, for instance by zeros(shape)",
                         op, what);
}

void require_floating(const Tensor& x, const char* op) {
    require_defined(x, "input", op);
    if (!is_floating(x.dtype()))
        fail<DTypeError>("{}: input of shape {} is {}; float32 or float64 is needed, cast() it", op,
                         x.shape(), x.dtype());
}

void require_numbers(const Tensor& x, const char* op) {
    require_defined(x, "input", op);
    if (x.dtype() == bool_)
        fail<DTypeError>("{}: input of shape {} is bool; numbers are needed, cast() it", op, x.shape());
}

void require_bool(const Tensor& x, const char* what, const char* op) {
    require_defined(x, what, op);
    if (x.dtype() != bool_)
        fail<DTypeError>("{}: {} of shape {} is {}; bool is needed, compare it or cast() it", op, what,
                         x.shape(), x.dtype());
}

void require_indices(const Tensor& x, const char* op) {
    require_defined(x, "indices", op);
    if (x.dtype() != int32 && x.dtype() != int64)
        fail<DTypeError>("{}: indices of shape {} are {}; int32 or int64 is needed, cast() them", op,
                         x.shape(), x.dtype());
}

void require_same_dtype(const Tensor& a, const Tensor& b, const char* op) {
    require_defined(a, "the first input", op);
    require_defined(b, "the second input", op);
    if (a.dtype() != b.dtype())
        fail<DTypeError>("{}: dtypes {} and {} differ; cast() one of them", op, a.dtype(), b.dtype());
}

Tensor scalar_like(const Tensor& x, Scalar value, const char* op) {
    require_defined(x, "input", op);
    const double number = value.to<double>();
    if (!is_floating(x.dtype()) && x.dtype() != bool_) {
        if (std::trunc(number) != number)
            fail<DTypeError>("{}: the number {} meets a tensor of {}; cast() the tensor to a floating dtype",
                             op, number, x.dtype());
        const bool fits = with_element(x.dtype(), [&]<class T>() {
            if (value.is_integral())
                return static_cast<int64_t>(static_cast<T>(value.to<int64_t>())) == value.to<int64_t>();
            return static_cast<double>(convert_element<T>(number)) == number;
        });
        if (!fits)
            fail<ValueError>(
                "{}: the number {} is outside the range of {}; cast() the tensor to a wider dtype", op,
                number, x.dtype());
    }
    return Tensor::scalar(value, x.dtype());
}

}  // namespace keratin::ops
