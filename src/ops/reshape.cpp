#include "autograd/record.hpp"
#include "ops/check.hpp"

#include <keratin/ops/shaping.hpp>

#include <fmt/ranges.h>

#include <string>
#include <vector>

namespace keratin {
namespace {

Tensor view(const Tensor& x, const Shape& shape, const char* op) {
    return record(op, x.view(shape),
                  wrt(x, [from = x.shape()](const Tensor& dy) { return reshape(dy, from); }));
}

/// (-1, 4): as the caller wrote it, where a shape by itself prints None.
std::string asked_for(const Shape& shape) {
    return fmt::format("({}{})", fmt::join(shape.extents(), ", "), shape.rank() == 1 ? "," : "");
}

/// `shape` with its -1 worked out from x.
Shape resolve(const Tensor& x, const Shape& shape) {
    Shape result = shape;
    int64_t known = 1;
    int open = -1;
    for (int axis = 0; axis < shape.rank(); ++axis) {
        if (shape[axis] != Shape::unknown) {
            known *= shape[axis];
        } else if (open >= 0) {
            fail<ShapeError>("reshape: {} has more than one extent of -1; give all but one",
                             asked_for(shape));
        } else {
            open = axis;
        }
    }
    if (open >= 0 && known > 0) result = shape.with(open, x.size() / known);
    if (!result.is_static() || result.size() != x.size())
        fail<ShapeError>(
            "reshape: input of shape {} has {} elements, which do not fill shape {}; keep their number",
            x.shape(), x.size(), asked_for(shape));
    return result;
}

int position_among(const Shape& shape, int axis, const char* op) {
    const int rank = shape.rank() + 1;
    if (axis < -rank || axis >= rank)
        fail<ShapeError>("{}: a new axis {} has no place in shape {}; use one from {} to {}", op, axis, shape,
                         -rank, rank - 1);
    return axis < 0 ? axis + rank : axis;
}

}  // namespace

Tensor reshape(const Tensor& x, const Shape& shape) {
    ops::require_defined(x, "input", "reshape");
    return view(x, resolve(x, shape), "reshape");
}

Tensor expand_dims(const Tensor& x, int axis) {
    ops::require_defined(x, "input", "expand_dims");
    const int place = position_among(x.shape(), axis, "expand_dims");
    return view(x, x.shape().slice(0, place) + Shape{1} + x.shape().slice(place, x.rank()), "expand_dims");
}

Tensor squeeze(const Tensor& x) {
    ops::require_defined(x, "input", "squeeze");
    std::vector<int64_t> extents;
    for (const int64_t extent : x.shape())
        if (extent != 1) extents.push_back(extent);
    return view(x, Shape(extents), "squeeze");
}

Tensor squeeze(const Tensor& x, int axis) {
    ops::require_defined(x, "input", "squeeze");
    const int place = x.shape().normalize_axis(axis, "squeeze");
    if (x.shape()[place] != 1)
        fail<ShapeError>("squeeze: axis {} of shape {} has extent {}; only an axis of extent 1 can go", axis,
                         x.shape(), x.shape()[place]);
    return view(x, x.shape().slice(0, place) + x.shape().slice(place + 1, x.rank()), "squeeze");
}

}  // namespace keratin
