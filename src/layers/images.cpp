#include "layers/images.hpp"

#include <keratin/core/error.hpp>
#include <keratin/ops/elementwise.hpp>
#include <keratin/ops/shaping.hpp>

#include <fmt/ranges.h>

#include <algorithm>
#include <cmath>
#include <vector>

namespace keratin::layers {
namespace {

/// Of each pixel along one axis of the output: the two of the input between which it lies, and how far it is
/// from the first.
struct Between {
    std::vector<int64_t> first, second;
    std::vector<float> share;
};

Between between(int64_t from, int64_t to) {
    Between result;
    const float scale = static_cast<float>(from) / static_cast<float>(to);
    for (int64_t i = 0; i < to; ++i) {
        const float at = (static_cast<float>(i) + 0.5f) * scale - 0.5f;
        const auto below = static_cast<int64_t>(std::floor(at));
        result.first.push_back(std::max<int64_t>(below, 0));
        result.second.push_back(std::min(static_cast<int64_t>(std::ceil(at)), from - 1));
        result.share.push_back(at - std::floor(at));
    }
    return result;
}

Tensor resize_axis(const Tensor& images, int axis, int64_t extent) {
    if (images.shape()[axis] == extent) return images;
    const Between places = between(images.shape()[axis], extent);
    Shape along = {1, 1, 1, 1};
    const Tensor share = cast(Tensor::from(places.share, along.with(axis, extent)), images.dtype());
    const Tensor first = gather(images, Tensor::from(places.first), axis);
    return first + (gather(images, Tensor::from(places.second), axis) - first) * share;
}

Tensor nearest_axis(const Tensor& images, int axis, int64_t extent) {
    const int64_t from = images.shape()[axis];
    if (from == extent) return images;
    const float scale = static_cast<float>(from) / static_cast<float>(extent);
    std::vector<int64_t> places;
    for (int64_t i = 0; i < extent; ++i)
        places.push_back(
            std::min(static_cast<int64_t>(std::floor((static_cast<float>(i) + 0.5f) * scale)), from - 1));
    return gather(images, Tensor::from(places), axis);
}

}  // namespace

void require_image_or_images(const Shape& input, const std::string& name) {
    if (input.rank() != 3 && input.rank() != 4)
        fail<ShapeError>(
            "{}: input has shape {}; (batch, height, width, channels), or one image without the batch, is "
            "needed",
            name, input);
}

ImageBatch::ImageBatch(const Tensor& given, DType dtype, const std::string& name)
    : images(given.dtype() == dtype ? given : cast(given, dtype)), single_(given.rank() == 3) {
    require_image_or_images(given.shape(), name);
    if (single_) images = expand_dims(images, 0);
}

Tensor ImageBatch::unbatched(const Tensor& y) const {
    return single_ ? squeeze(y, 0) : y;
}

Shape with_sides(const Shape& input, int64_t height, int64_t width) {
    return input.with(input.rank() - 3, height).with(input.rank() - 2, width);
}

Box box_of_aspect(int64_t height, int64_t width, int64_t to_height, int64_t to_width) {
    const auto fitting = [](int64_t other, int64_t side, int64_t other_side, int64_t limit) {
        const double exact = static_cast<double>(other * side) / static_cast<double>(other_side);
        return std::max<int64_t>(std::min(limit, static_cast<int64_t>(exact)), 1);
    };
    const int64_t rows = fitting(width, to_height, to_width, height);
    const int64_t cols = fitting(height, to_width, to_height, width);
    return {(height - rows) / 2, (width - cols) / 2, rows, cols};
}

Tensor crop(const Tensor& images, const Box& box) {
    return slice(images, {{}, {box.top, box.top + box.height}, {box.left, box.left + box.width}});
}

Tensor resize_bilinear(const Tensor& images, int64_t height, int64_t width) {
    return resize_axis(resize_axis(images, 2, width), 1, height);
}

Tensor resize_nearest(const Tensor& images, int64_t height, int64_t width) {
    return nearest_axis(nearest_axis(images, 1, height), 2, width);
}

Tensor smart_resize(const Tensor& images, int64_t height, int64_t width) {
    const Box box = box_of_aspect(images.shape()[1], images.shape()[2], height, width);
    return resize_bilinear(crop(images, box), height, width);
}

Range range_of(const OneOrMore<double>& factor, const char* argument, std::array<double, 2> within,
               const std::string& name) {
    const std::vector<double>& values = factor.values();
    const auto outside = [&](double value) { return !(value >= within[0] && value <= within[1]); };
    if (values.empty() || values.size() > 2 || std::any_of(values.begin(), values.end(), outside))
        fail<ValueError>("{}: {} is [{}]; give a number, or two for the bounds, within [{}, {}]", name,
                         argument, fmt::join(values, ", "), within[0], within[1]);
    if (values.size() == 2) return {std::min(values[0], values[1]), std::max(values[0], values[1])};
    const double far = std::abs(values[0]);
    return {std::max(-far, within[0]), far};
}

}  // namespace keratin::layers
