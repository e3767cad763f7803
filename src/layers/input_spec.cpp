#include "layers/input_spec.hpp"

#include <keratin/core/error.hpp>

#include <algorithm>

namespace keratin::detail {
namespace {

Shape squeezed(const Shape& shape) {
    return shape.rank() > 0 && shape.back() == 1 ? shape.slice(0, -1) : shape;
}

bool fits(const Shape& shape, const Shape& wanted) {
    if (shape.rank() != wanted.rank()) return false;
    for (int i = 0; i < shape.rank(); ++i)
        if (shape[i] != wanted[i] && shape[i] != Shape::unknown && wanted[i] != Shape::unknown) return false;
    return true;
}

void require_rank(const InputSpec& spec, size_t input, const Shape& shape, const std::string& layer) {
    const auto rank = static_cast<int64_t>(shape.rank());
    if (spec.ndim && !spec.allow_last_axis_squeeze && rank != *spec.ndim)
        fail<ShapeError>("{}: input {} has shape {}, {} axes; it must have {}", layer, input, shape, rank,
                         *spec.ndim);
    if (spec.max_ndim && rank > *spec.max_ndim)
        fail<ShapeError>("{}: input {} has shape {}, {} axes; it must have at most {}", layer, input, shape,
                         rank, *spec.max_ndim);
    if (spec.min_ndim && rank < *spec.min_ndim)
        fail<ShapeError>("{}: input {} has shape {}, {} axes; it must have at least {}", layer, input, shape,
                         rank, *spec.min_ndim);
}

}  // namespace

void check_spec(const InputSpec& spec, const std::string& layer) {
    if (spec.shape && spec.ndim && *spec.ndim != spec.shape->rank())
        fail<ValueError>("{}: an InputSpec has shape {} and ndim {}; give one of them", layer, *spec.shape,
                         *spec.ndim);
    std::optional<int64_t> most = spec.max_ndim;
    if (spec.ndim) most = spec.ndim;
    if (spec.shape) most = spec.shape->rank();
    for (const auto& [axis, extent] : spec.axes)
        if (most && (axis >= *most || axis < -*most))
            fail<ValueError>("{}: an InputSpec asks for axis {} of an input of at most {} axes", layer, axis,
                             *most);
}

void require_inputs(const std::vector<InputSpec>& specs, size_t inputs, const std::string& layer) {
    if (!specs.empty() && specs.size() != inputs)
        fail<ValueError>("{}: it takes {} inputs and got {}; give one for each InputSpec", layer,
                         specs.size(), inputs);
}

void require_fit(const InputSpec& spec, size_t input, const Shape& shape, DType dtype,
                 const std::string& layer) {
    require_rank(spec, input, shape, layer);
    if (spec.dtype && dtype != *spec.dtype)
        fail<DTypeError>("{}: input {} is {}; it must be {}", layer, input, dtype, *spec.dtype);
    const auto rank = static_cast<int64_t>(shape.rank());
    for (const auto& [axis, extent] : spec.axes) {
        const int64_t at = axis < 0 ? axis + rank : axis;
        const bool there = at >= 0 && at < rank;
        const int64_t found = there ? shape[static_cast<int>(at)] : 0;
        if (!there || (found != extent && found != Shape::unknown && extent != Shape::unknown))
            fail<ShapeError>("{}: input {} has shape {}; its axis {} must have extent {}", layer, input,
                             shape, axis, extent);
    }
    if (!spec.shape) return;
    const bool fit = spec.allow_last_axis_squeeze ? fits(squeezed(shape), squeezed(*spec.shape))
                                                  : fits(shape, *spec.shape);
    if (!fit) fail<ShapeError>("{}: input {} has shape {}; it must be {}", layer, input, shape, *spec.shape);
}

}  // namespace keratin::detail
