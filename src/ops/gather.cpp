#include "autograd/record.hpp"
#include "ops/check.hpp"
#include "ops/dispatch.hpp"
#include "ops/half.hpp"
#include "ops/integers.hpp"
#include "ops/reduction.hpp"

#include <keratin/ops/elementwise.hpp>
#include <keratin/ops/shaping.hpp>

#include <cstring>

namespace keratin {
namespace {

/// Indices as int64, each within [0, extent).
Tensor checked(const Tensor& indices, int64_t extent, const char* op) {
    ops::require_indices(indices, op);
    Tensor result = convert(indices, int64);
    for (const int64_t index : result.data<int64_t>())
        if (index < 0 || index >= extent)
            fail<ValueError>("{}: index {} is outside an axis of extent {}; indices count from 0", op, index,
                             extent);
    return result;
}

Shape gathered_shape(const Shape& shape, int axis, const Shape& indices) {
    return shape.slice(0, axis) + indices + shape.slice(axis + 1, shape.rank());
}

Tensor run_gather(const Tensor& x, const Tensor& indices, int axis) {
    Tensor y = Tensor::empty(gathered_shape(x.shape(), axis, indices.shape()), x.dtype());
    if (y.size() == 0) return y;
    const ops::Line line = ops::line(x.shape(), axis);
    const size_t bytes = static_cast<size_t>(line.inner) * size_of(x.dtype());
    const char* from = static_cast<const char*>(x.raw());
    char* to = static_cast<char*>(y.mutable_raw());
    for (int64_t o = 0; o < line.outer; ++o, from += static_cast<size_t>(line.n) * bytes) {
        for (const int64_t index : indices.data<int64_t>()) {
            std::memcpy(to, from + static_cast<size_t>(index) * bytes, bytes);
            to += bytes;
        }
    }
    return y;
}

template <class T>
T sum(T a, T b) {
    if constexpr (std::is_floating_point_v<T>)
        return a + b;
    else
        return ops::wrap<T>(static_cast<uint64_t>(a) + static_cast<uint64_t>(b));
}

template <class T>
void add_rows(const Tensor& x, const Tensor& indices, Tensor& y, int axis) {
    const ops::Line line = ops::line(y.shape(), axis);
    const T* from = ops::read<T>(x);
    T* to = ops::write<T>(y);
    for (int64_t o = 0; o < line.outer; ++o, to += line.n * line.inner) {
        for (const int64_t index : indices.data<int64_t>()) {
            T* row = to + index * line.inner;
            for (int64_t i = 0; i < line.inner; ++i) row[i] = sum(row[i], from[i]);
            from += line.inner;
        }
    }
}

template <class T>
void mark(const Tensor& indices, int64_t depth, Tensor& y) {
    T* row = ops::write<T>(y);
    for (const int64_t index : indices.data<int64_t>()) {
        if (index >= 0 && index < depth) row[index] = T{1};
        row += depth;
    }
}

}  // namespace

Tensor gather(const Tensor& x, const Tensor& indices, int axis) {
    ops::require_defined(x, "input", "gather");
    const int place = x.shape().normalize_axis(axis, "gather");
    const Tensor index = checked(indices, x.shape()[place], "gather");
    return record("gather", run_gather(x, index, place),
                  wrt(x, [index, place, shape = x.shape()](const Tensor& dy) {
                      return scatter_add(dy, index, shape, place);
                  }));
}

Tensor scatter_add(const Tensor& x, const Tensor& indices, const Shape& shape, int axis) {
    ops::require_numbers(x, "scatter_add");
    const int place = shape.normalize_axis(axis, "scatter_add");
    const Tensor index = checked(indices, shape[place], "scatter_add");
    const Shape expected = gathered_shape(shape, place, index.shape());
    if (x.shape() != expected)
        fail<ShapeError>(
            "scatter_add: input of shape {} cannot be added to shape {} at indices of shape {}; it needs "
            "shape {}",
            x.shape(), shape, indices.shape(), expected);
    if (is_half(x.dtype()))
        return ops::in_float32(x, [&](const Tensor& wide) { return scatter_add(wide, index, shape, axis); });
    Tensor y = zeros(shape, x.dtype());
    if (x.size() > 0)
        with_element(x.dtype(), [&]<class T>() {
            if constexpr (!std::is_same_v<T, bool>) add_rows<T>(x, index, y, place);
        });
    return record("scatter_add", y,
                  wrt(x, [index, place](const Tensor& dy) { return gather(dy, index, place); }));
}

Tensor one_hot(const Tensor& indices, int64_t depth, DType dtype) {
    ops::require_defined(indices, "indices", "one_hot");
    if (is_floating(indices.dtype()) || indices.dtype() == bool_)
        fail<DTypeError>("one_hot: indices of shape {} are {}; integers are needed, cast() them",
                         indices.shape(), indices.dtype());
    if (depth < 0) fail<ValueError>("one_hot: depth {} is negative; use 0 or more", depth);
    if (is_half(dtype)) return convert(one_hot(indices, depth), dtype);
    Tensor y = zeros(indices.shape() + Shape{depth}, dtype);
    if (y.size() > 0) with_element(dtype, [&]<class T>() { mark<T>(convert(indices, int64), depth, y); });
    return y;
}

}  // namespace keratin
