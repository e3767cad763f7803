#include <keratin/ops/nn/resize.hpp>

#include "ops/half.hpp"
#include "ops/nn/floating.hpp"
#include "ops/nn/window.hpp"

#include <keratin/core/error.hpp>
#include <keratin/ops/elementwise.hpp>
#include <keratin/ops/shaping.hpp>

#include <algorithm>
#include <cmath>

namespace keratin {

Interpolation interpolation(std::string_view name) {
    for (const std::string_view word : interpolation_words)
        if (word == name) return Interpolation::named(name);
    fail<ValueError>("interpolation: \"{}\" is not accepted; use \"nearest\" or \"bilinear\"",
                     fmt::string_view(name.data(), name.size()));
}

std::string to_string(const Interpolation& interpolation) {
    return std::string(interpolation.text());
}

namespace nn {
namespace {

/// x[index(i)] for i < n along an axis.
template <class Index>
Tensor picked(const Tensor& x, int axis, int64_t n, Index index) {
    Tensor where = Tensor::empty({n}, int64);
    for (int64_t i = 0; i < n; ++i) where.mutable_data<int64_t>()[static_cast<size_t>(i)] = index(i);
    return gather(x, where, axis);
}

// Places are float32 as in TensorFlow, so that ties and shares are the same.

Tensor nearest(const Tensor& x, int axis, int64_t n) {
    const int64_t last = x.shape()[axis] - 1;
    const float scale = static_cast<float>(last + 1) / static_cast<float>(n);
    return picked(x, axis, n, [&](int64_t i) {
        return std::min(static_cast<int64_t>(std::floor((static_cast<float>(i) + 0.5f) * scale)), last);
    });
}

Tensor bilinear(const Tensor& x, int axis, int64_t n) {
    const int64_t last = x.shape()[axis] - 1;
    const float scale = static_cast<float>(last + 1) / static_cast<float>(n);
    const auto place = [&](int64_t i) { return (static_cast<float>(i) + 0.5f) * scale - 0.5f; };
    const auto within = [&](float at) { return std::clamp<int64_t>(static_cast<int64_t>(at), 0, last); };
    const Tensor before = picked(x, axis, n, [&](int64_t i) { return within(std::floor(place(i))); });
    const Tensor after = picked(x, axis, n, [&](int64_t i) { return within(std::ceil(place(i))); });
    Tensor way = Tensor::empty({n}, float32);
    for (int64_t i = 0; i < n; ++i)
        way.mutable_data<float>()[static_cast<size_t>(i)] = place(i) - std::floor(place(i));
    const Shape along = axis == 1 ? Shape{n, 1, 1} : Shape{n, 1};
    return before + (after - before) * reshape(cast(way, x.dtype()), along);
}

}  // namespace

Tensor resize(const Tensor& x, Size2 size, Interpolation interpolation) {
    constexpr const char* op = "resize";
    require_floating(x, "input", op);
    require_images(x.shape(), op);
    require_positive(size, "size", op);
    const Shape& in = x.shape();
    if (in[1] == 0 || in[2] == 0)
        fail<ShapeError>("{}: input of shape {} has no pixels; height and width must be at least 1", op, in);
    const Shape shape{in[0], size.height, size.width, in[3]};  // of a size that memory may hold
    if (shape.size() == 0) return reshape(x, shape);
    if (is_half(x.dtype()))
        return ops::in_float32(x, [&](const Tensor& values) { return resize(values, size, interpolation); });
    const auto along = interpolation.is("nearest") ? nearest : bilinear;
    const Tensor wide = in[2] == shape[2] ? x : along(x, 2, shape[2]);
    return in[1] == shape[1] ? wide : along(wide, 1, shape[1]);
}

}  // namespace nn
}  // namespace keratin
