#include "autograd/record.hpp"
#include "ops/check.hpp"
#include "ops/reduction.hpp"

#include <keratin/ops/shaping.hpp>

#include <cstring>

namespace keratin {
namespace {

void check(const std::vector<Tensor>& tensors, const char* op) {
    if (tensors.empty()) fail<ValueError>("{}: no tensors were given; at least one is needed", op);
    for (const Tensor& x : tensors) ops::require_same_dtype(tensors.front(), x, op);
}

Shape joined_shape(const std::vector<Tensor>& tensors, int axis) {
    const Shape& first = tensors.front().shape();
    Shape joined = first;
    int64_t extent = 0;
    for (const Tensor& x : tensors) {
        if (x.rank() != first.rank() || x.shape().with(axis, 0) != first.with(axis, 0))
            fail<ShapeError>(
                "concat: shapes {} and {} differ in more than axis {}; they must agree elsewhere", first,
                x.shape(), axis);
        extent += x.shape()[axis];
        joined = first.with(axis, extent);  // throws before the sum overflows
    }
    return joined;
}

/// x's part of each line of y, which starts at element `from` of it.
void put_part(const Tensor& x, Tensor& y, int axis, int64_t from) {
    const ops::Line part = ops::line(x.shape(), axis);
    const ops::Line whole = ops::line(y.shape(), axis);
    const size_t width = size_of(x.dtype());
    const size_t bytes = static_cast<size_t>(part.n * part.inner) * width;
    const size_t stride = static_cast<size_t>(whole.n * whole.inner) * width;
    const char* source = static_cast<const char*>(x.raw());
    char* place = static_cast<char*>(y.mutable_raw()) + static_cast<size_t>(from * part.inner) * width;
    for (int64_t o = 0; o < part.outer; ++o, source += bytes, place += stride)
        std::memcpy(place, source, bytes);
}

Tensor part(const Tensor& dy, int axis, int64_t from, int64_t to) {
    std::vector<Slice> slices(static_cast<size_t>(axis));
    slices.emplace_back(from, to);
    return slice(dy, slices);
}

}  // namespace

Tensor concat(const std::vector<Tensor>& tensors, int axis) {
    check(tensors, "concat");
    const int place = tensors.front().shape().normalize_axis(axis, "concat");
    Tensor y = Tensor::empty(joined_shape(tensors, place), tensors.front().dtype());
    int64_t from = 0;
    for (const Tensor& x : tensors) {
        if (x.size() > 0) put_part(x, y, place, from);
        from += x.shape()[place];
    }
    if (!recording()) return y;
    Recording recording("concat");
    from = 0;
    for (const Tensor& x : tensors) {
        const int64_t to = from + x.shape()[place];
        recording.wrt(x, [place, from, to](const Tensor& dy) { return part(dy, place, from, to); });
        from = to;
    }
    return recording.finish(std::move(y));
}

Tensor stack(const std::vector<Tensor>& tensors, int axis) {
    check(tensors, "stack");
    std::vector<Tensor> expanded;
    for (const Tensor& x : tensors) {
        if (x.shape() != tensors.front().shape())
            fail<ShapeError>("stack: shapes {} and {} differ; all must be the same", tensors.front().shape(),
                             x.shape());
        expanded.push_back(expand_dims(x, axis));
    }
    return concat(expanded, axis);
}

}  // namespace keratin
