#include <keratin/ops/nn/pool.hpp>

#include "autograd/record.hpp"
#include "ops/half.hpp"
#include "ops/nn/floating.hpp"
#include "ops/nn/pool_cells.hpp"
#include "ops/nn/window.hpp"

#include <cstdint>
#include <limits>

namespace keratin::nn {
namespace {

struct PoolGeometry {
    kernels::Pool2D extents;
    Shape input;
    Shape output;
};

/// One axis of the windows as the kernels see it.
struct Side {
    int64_t window, stride, before;
};

/// A window that holds the whole image wherever it stands may be as large as one likes, and a stride that
/// never moves it as well; here they are numbers that can be multiplied.
Side side_of(int64_t in, int64_t window, int64_t stride, const WindowExtent& extent) {
    if (extent.out <= 1) stride = 1;
    const int64_t way = (extent.out - 1) * stride;
    return window > in + way ? Side{in + way, stride, way} : Side{window, stride, extent.before};
}

PoolGeometry pool_geometry(const Shape& x, Size2 window, const Pool2DOptions& options, const char* owner) {
    const Size2 strides = options.strides.value_or(window);
    require_images(x, owner);
    require_positive(window, "window", owner);
    require_positive(strides, "strides", owner);
    if (options.padding.kind() == Padding::Kind::explicit_)
        fail<ValueError>("{}: padding {} is not accepted; use \"valid\" or \"same\", or pad() the input",
                         owner, options.padding);
    const WindowExtents extents =
        window_extents(x, {.size = window, .strides = strides, .padding = options.padding});
    if (!extents.fits())
        fail<ShapeError>(
            "{}: window {} does not fit input {} with padding \"{}\"; use padding \"same\" or a smaller "
            "pool_size",
            owner, window, x, options.padding);
    const Side rows = side_of(x[1], window.height, strides.height, extents.rows);
    const Side cols = side_of(x[2], window.width, strides.width, extents.cols);
    return {.extents = {.batch = x[0],
                        .in_h = x[1],
                        .in_w = x[2],
                        .channels = x[3],
                        .out_h = extents.rows.out,
                        .out_w = extents.cols.out,
                        .window_h = rows.window,
                        .window_w = cols.window,
                        .stride_h = rows.stride,
                        .stride_w = cols.stride,
                        .pad_top = rows.before,
                        .pad_left = cols.before},
            .input = x,
            .output = Shape{x[0], extents.rows.out, extents.cols.out, x[3]}};
}

/// Calls a kernel of the table, named by a member pointer per type, from x's elements to those of a new
/// tensor.
template <class Call>
Tensor mapped(const Tensor& x, const Shape& shape, const Call& call) {
    if (is_half(x.dtype())) return narrowed(mapped(widened(x), shape, call), x.dtype());
    Tensor y = Tensor::empty(shape, x.dtype());
    ops::with_floating(x.dtype(),
                       [&]<class T>() { call(kernels::kernels<T>(), ops::read<T>(x), ops::write<T>(y)); });
    return y;
}

// Max pooling is a choice of cells. With the choice fixed, picking them and spreading over them are linear,
// and the gradient of each is the other.
Tensor gather_cells(const Tensor& x, const Tensor& where, const PoolGeometry& geometry);

Tensor scatter_cells(const Tensor& dy, const Tensor& where, const PoolGeometry& geometry) {
    Tensor dx = mapped(dy, geometry.input, [&](const auto& table, const auto* from, auto* to) {
        table.max_pool2d_gradient(context(), geometry.extents, where.data<int32_t>().data(), from, to);
    });
    return record("max_pool2d_gradient", dx,
                  wrt(dy, [where, geometry](const Tensor& g) { return gather_cells(g, where, geometry); }));
}

Tensor gather_cells(const Tensor& x, const Tensor& where, const PoolGeometry& geometry) {
    Tensor y = mapped(x, geometry.output, [&](const auto& table, const auto* from, auto* to) {
        table.max_pool2d_gather(context(), geometry.extents, where.data<int32_t>().data(), from, to);
    });
    return record("max_pool2d_gather", y,
                  wrt(x, [where, geometry](const Tensor& g) { return scatter_cells(g, where, geometry); }));
}

Tensor average(const Tensor& x, const PoolGeometry& geometry);

Tensor average_gradient(const Tensor& dy, const PoolGeometry& geometry) {
    Tensor dx = mapped(dy, geometry.input, [&](const auto& table, const auto* from, auto* to) {
        table.avg_pool2d_gradient(context(), geometry.extents, from, to);
    });
    return record("avg_pool2d_gradient", dx,
                  wrt(dy, [geometry](const Tensor& g) { return average(g, geometry); }));
}

Tensor average(const Tensor& x, const PoolGeometry& geometry) {
    Tensor y = mapped(x, geometry.output, [&](const auto& table, const auto* from, auto* to) {
        table.avg_pool2d(context(), geometry.extents, from, to);
    });
    return record("avg_pool2d", y,
                  wrt(x, [geometry](const Tensor& g) { return average_gradient(g, geometry); }));
}

}  // namespace

Tensor scatter_to_cells(const Tensor& dy, const Tensor& where, const Shape& input, Size2 window) {
    return scatter_cells(dy, where, pool_geometry(input, window, {}, "max_pool2d"));
}

Shape pool2d_shape(const Shape& x, Size2 window, const Pool2DOptions& options, const char* owner) {
    return pool_geometry(x, window, options, owner).output;
}

Tensor max_pool2d(const Tensor& x, Size2 window, const Pool2DOptions& options) {
    constexpr const char* op = "max_pool2d";
    require_floating(x, "input", op);
    const PoolGeometry geometry = pool_geometry(x.shape(), window, options, op);
    const kernels::Pool2D& extents = geometry.extents;
    if (extents.in_h > std::numeric_limits<int32_t>::max() / extents.in_w)
        fail<ShapeError>("{}: input {} has more than 2^31 - 1 pixels to an image; cut it with slice()", op,
                         x.shape());

    Tensor where;  // only backward asks where the largest were
    if (tracked(x)) where = Tensor::empty(geometry.output, int32);
    int32_t* cells = where.defined() ? where.mutable_data<int32_t>().data() : nullptr;
    Tensor y = mapped(x, geometry.output, [&](const auto& table, const auto* from, auto* to) {
        table.max_pool2d(context(), extents, from, to, cells);
    });
    return record(op, y,
                  wrt(x, [where, geometry](const Tensor& dy) { return scatter_cells(dy, where, geometry); }));
}

Tensor avg_pool2d(const Tensor& x, Size2 window, const Pool2DOptions& options) {
    constexpr const char* op = "avg_pool2d";
    require_floating(x, "input", op);
    return average(x, pool_geometry(x.shape(), window, options, op));
}

}  // namespace keratin::nn
