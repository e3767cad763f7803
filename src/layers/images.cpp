#include "layers/images.hpp"

#include <keratin/core/error.hpp>
#include <keratin/ops/elementwise.hpp>
#include <keratin/ops/nn/resize.hpp>
#include <keratin/ops/shaping.hpp>

#include <fmt/ranges.h>

#include <algorithm>
#include <cmath>
#include <vector>

namespace keratin::layers {
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

Tensor smart_resize(const Tensor& images, int64_t height, int64_t width) {
    const Box box = box_of_aspect(images.shape()[1], images.shape()[2], height, width);
    return nn::resize(crop(images, box), {height, width});
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
