#include "data/pixels.hpp"

#include <keratin/core/error.hpp>

#include <algorithm>
#include <array>

namespace keratin::datasets {
namespace {

/// value / 255, rounded once, as NumPy divides.
Tensor scaled(const Tensor& x) {
    std::array<float, 256> levels;
    for (size_t value = 0; value < levels.size(); ++value) levels[value] = static_cast<float>(value) / 255.0f;
    Tensor result = Tensor::empty(x.shape(), float32);
    const std::span<const uint8_t> from = x.data<uint8_t>();
    std::transform(from.begin(), from.end(), result.mutable_data<float>().begin(),
                   [&](uint8_t value) { return levels[value]; });
    return result;
}

}  // namespace

Dataset with_pixels(const Tensor& images, const Tensor& labels, DType dtype) {
    if (dtype == uint8) return {images, labels, 1.0 / 255};
    return {scaled(images), labels, 1.0};
}

void require_pixel_dtype(DType dtype, const char* owner) {
    if (dtype != uint8 && dtype != float32)
        fail<DTypeError>("{}: the images come as float32 or uint8, not {}", owner, dtype);
}

}  // namespace keratin::datasets
