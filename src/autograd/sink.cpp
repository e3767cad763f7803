#include "autograd/sink.hpp"

#include "autograd/record.hpp"
#include "core/context.hpp"
#include "core/widen.hpp"

#include <cstring>

namespace keratin {
namespace {

template <class T>
void add_arrays(const Tensor& a, const Tensor& b, void* y) {
    const int64_t n = a.size();
    kernels::kernels<T>().binary(context(), kernels::Binary::add, {a.data<T>().data(), n, 1},
                                 {b.data<T>().data(), n, 1}, static_cast<T*>(y), 1, n);
}

/// y = a + b, which may be one memory.
void add_arrays(const Tensor& a, const Tensor& b, void* y) {
    if (is_half(a.dtype())) {
        Tensor sum = widened(a);
        add_arrays<float>(sum, widened(b), sum.mutable_raw());
        std::memcpy(y, narrowed(sum, a.dtype()).raw(), static_cast<size_t>(a.size()) * size_of(a.dtype()));
        return;
    }
    a.dtype() == float64 ? add_arrays<double>(a, b, y) : add_arrays<float>(a, b, y);
}

/// a + b of one shape, on the tape: the only op that the tape itself needs.
Tensor sum(const Tensor& a, const Tensor& b) {
    Tensor y = Tensor::empty(a.shape(), a.dtype());
    add_arrays(a, b, y.mutable_raw());
    return record("accumulate", y, wrt(a, [](const Tensor& dy) { return dy; }),
                  wrt(b, [](const Tensor& dy) { return dy; }));
}

}  // namespace

void Sink::add(Tensor gradient) {
    if (!gradient.defined()) return;
    if (!slot_.filled) {
        slot_ = {std::move(gradient), true};
        return;
    }
    if (gradient.shape() != slot_.value.shape() || gradient.dtype() != slot_.value.dtype())
        fail<ShapeError>("gradient: contributions of shape {} ({}) and {} ({}) cannot be added",
                         slot_.value.shape(), slot_.value.dtype(), gradient.shape(), gradient.dtype());
    if (recording() || !slot_.value.unique())
        slot_.value = sum(slot_.value, gradient);
    else
        add_arrays(slot_.value, gradient, slot_.value.mutable_raw());
}

std::optional<Sink::Target> Sink::in_place(const Shape& shape, DType dtype) {
    if (recording() || is_half(dtype)) return std::nullopt;
    if (slot_.filled) return Target{slot_.value, true};
    Tensor& memory = slot_.value;
    if (!memory.defined() || memory.shape() != shape || memory.dtype() != dtype || !memory.unique())
        memory = Tensor::empty(shape, dtype);
    slot_.filled = true;
    return Target{memory, false};
}

}  // namespace keratin
