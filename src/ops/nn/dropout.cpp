#include "autograd/record.hpp"
#include "ops/half.hpp"
#include "ops/nn/floating.hpp"

#include <keratin/ops/nn/normalization.hpp>
#include <keratin/ops/shaping.hpp>

namespace keratin::nn {
namespace {

/// scale * x where the mask holds, else 0: linear, and its own gradient.
Tensor scale_kept(const Tensor& x, const Tensor& mask, double scale) {
    if (is_half(x.dtype()))
        return ops::in_float32(x, [&](const Tensor& wide) { return scale_kept(wide, mask, scale); });
    Tensor y = Tensor::empty(x.shape(), x.dtype());
    const bool* keep = mask.data<bool>().data();
    ops::with_floating(x.dtype(), [&]<class T>() {
        const T* from = ops::read<T>(x);
        T* to = ops::write<T>(y);
        const T factor = static_cast<T>(scale);
        ops::for_ranges(x.size(), x.size(), [=](int64_t begin, int64_t end) {
            for (int64_t i = begin; i < end; ++i) to[i] = keep[i] ? from[i] * factor : T{0};
        });
    });
    return record("dropout", y,
                  wrt(x, [mask, scale](const Tensor& dy) { return scale_kept(dy, mask, scale); }));
}

Tensor kept(const Shape& shape, double rate, SeedGenerator::Draw draw) {
    const Tensor numbers = random::uniform(shape, {.dtype = float32}, draw);
    Tensor mask = Tensor::empty(shape, bool_);
    const float* from = numbers.data<float>().data();
    bool* to = mask.mutable_data<bool>().data();
    const auto limit = static_cast<float>(rate);
    ops::for_ranges(shape.size(), shape.size(), [=](int64_t begin, int64_t end) {
        for (int64_t i = begin; i < end; ++i) to[i] = from[i] >= limit;
    });
    return mask;
}

/// noise_shape with the input's extents where it leaves them open.
Shape decisions(const Shape& x, const Shape* noise_shape) {
    if (!noise_shape) return x;
    Shape shape = *noise_shape;
    bool fits = shape.rank() == x.rank();
    for (int axis = 0; fits && axis < x.rank(); ++axis) {
        if (shape[axis] == Shape::unknown) shape = shape.with(axis, x[axis]);
        fits = shape[axis] == 1 || shape[axis] == x[axis];
    }
    if (!fits)
        fail<ShapeError>(
            "dropout: noise_shape {} does not fit input {}; every extent must be 1 or the input's",
            *noise_shape, x);
    return shape;
}

void check(const Tensor& x, double rate) {
    require_floating(x, "input", "dropout");
    if (!(rate >= 0 && rate <= 1)) fail<ValueError>("dropout: rate {} must be within [0, 1]", rate);
}

}  // namespace

Tensor dropout(const Tensor& x, double rate, SeedGenerator::Draw draw, const Shape* noise_shape) {
    check(x, rate);
    const Shape shape = decisions(x.shape(), noise_shape);
    if (rate == 0) return x;
    Tensor mask = kept(shape, rate, draw);
    if (shape != x.shape()) mask = broadcast_to(mask, x.shape());
    return scale_kept(x, mask, rate == 1 ? 0.0 : 1 / (1 - rate));
}

Tensor dropout(const Tensor& x, double rate) {
    check(x, rate);
    return rate == 0 ? x : dropout(x, rate, SeedGenerator().next());
}

}  // namespace keratin::nn
