#include <keratin/ops/nn/affine_transform.hpp>

#include "autograd/record.hpp"
#include "ops/half.hpp"
#include "ops/nn/floating.hpp"

#include <algorithm>
#include <cmath>
#include <cstdint>

namespace keratin::nn {
namespace {

/// Where a coordinate outside of [0, len - 1] is read instead, in TensorFlow's arithmetic.
float mirrored(float at, int64_t len) {
    const auto period = static_cast<float>(2 * len);
    const auto last = static_cast<float>(len - 1);
    if (len <= 1) return 0;
    if (at < 0) {
        at += period * std::trunc(-at / period);
        at = at < -static_cast<float>(len) ? at + period : -at - 1;
    } else if (at > last) {
        at -= period * std::trunc(at / period);
        if (at >= static_cast<float>(len)) at = period - at - 1;
    }
    return std::clamp(at, 0.f, last);
}

float repeated(float at, int64_t len) {
    const auto size = static_cast<float>(len);
    const float last = size - 1;
    if (len <= 1) return 0;
    if (at < 0)
        at += size * (std::trunc(-at / last) + 1);
    else if (at > last)
        at -= size * std::trunc(at / last);
    return std::clamp(at, 0.f, last);
}

struct Geometry {
    AffineTransformOptions options;
    int64_t batch, height, width, channels, matrices;

    float inside(float at, int64_t len) const {
        if (options.fill_mode.is("reflect")) return mirrored(at, len);
        if (options.fill_mode.is("wrap")) return repeated(at, len);
        if (options.fill_mode.is("nearest")) return std::clamp(at, 0.f, static_cast<float>(len - 1));
        return at;
    }

    /// read(pixel, weight) for each pixel that makes up the one of the output; -1 is the fill value.
    template <class Read>
    void sample(float x, float y, const Read& read) const {
        const auto pixel = [this](float row, float col) -> int64_t {
            const bool exists =
                row >= 0 && row < static_cast<float>(height) && col >= 0 && col < static_cast<float>(width);
            return exists ? static_cast<int64_t>(row) * width + static_cast<int64_t>(col) : -1;
        };
        if (options.interpolation.is("nearest")) return read(pixel(std::round(y), std::round(x)), 1.f);
        const float top = std::floor(y), left = std::floor(x);
        const float down = y - top, right = x - left, up = top + 1 - y, across = left + 1 - x;
        read(pixel(top, left), up * across);
        read(pixel(top, left + 1), up * right);
        read(pixel(top + 1, left), down * across);
        read(pixel(top + 1, left + 1), down * right);
    }

    /// visit(output pixel, input pixel or -1, weight) for the samples of one image.
    template <class Visit>
    void each(const float* matrix, const Visit& visit) const {
        for (int64_t row = 0; row < height; ++row)
            for (int64_t col = 0; col < width; ++col) {
                const auto x = static_cast<float>(col), y = static_cast<float>(row);
                const float from_x = inside(matrix[0] * x + matrix[1] * y + matrix[2], width);
                const float from_y = inside(matrix[3] * x + matrix[4] * y + matrix[5], height);
                sample(from_x, from_y,
                       [&](int64_t pixel, float weight) { visit(row * width + col, pixel, weight); });
            }
    }
};

template <bool scattered>
Tensor moved(const Tensor& x, const Tensor& transforms, const Geometry& by);

/// The gradient with respect to the images: what was read is added to; its own gradient reads again.
template <bool scattered>
Tensor recorded(const Tensor& y, const Tensor& x, const Tensor& transforms, Geometry by) {
    by.options.fill_value = 0;  // a constant
    return record(
        scattered ? "affine_transform_gradient" : "affine_transform", y,
        wrt(x, [transforms, by](const Tensor& dy) { return moved<!scattered>(dy, transforms, by); }));
}

template <bool scattered>
Tensor moved(const Tensor& x, const Tensor& transforms, const Geometry& by) {
    if (is_half(x.dtype()))
        return ops::in_float32(x, [&](const Tensor& wide) { return moved<scattered>(wide, transforms, by); });
    Tensor y = zeros(x.shape(), x.dtype());
    ops::with_floating(x.dtype(), [&]<class T>() {
        const T* source = ops::read<T>(x);
        T* target = ops::write<T>(y);
        const float* matrices = ops::read<float>(transforms);
        const int64_t size = by.height * by.width * by.channels;
        const T fill = static_cast<T>(by.options.fill_value);
        ops::for_ranges(by.batch, 30 * x.size(), [=](int64_t begin, int64_t end) {
            for (int64_t n = begin; n < end; ++n) {
                const T* from = source + n * size;
                T* to = target + n * size;
                by.each(matrices + (by.matrices == 1 ? 0 : 6 * n),
                        [&](int64_t out, int64_t in, float weight) {
                            const T factor = static_cast<T>(weight);
                            for (int64_t c = 0; c < by.channels; ++c) {
                                if constexpr (scattered) {
                                    if (in >= 0)
                                        to[in * by.channels + c] += factor * from[out * by.channels + c];
                                } else {
                                    to[out * by.channels + c] +=
                                        factor * (in >= 0 ? from[in * by.channels + c] : fill);
                                }
                            }
                        });
            }
        });
    });
    return recorded<scattered>(y, x, transforms, by);
}

}  // namespace

Tensor affine_transform(const Tensor& images, const Tensor& transforms,
                        const AffineTransformOptions& options) {
    constexpr const char* op = "affine_transform";
    require_floating(images, "images", op);
    if (images.rank() != 4)
        fail<ShapeError>("{}: images have shape {}; (batch, height, width, channels) is needed", op,
                         images.shape());
    const Shape& shape = images.shape();
    const Shape& given = transforms.shape();
    if (transforms.dtype() != float32 || given.rank() != 2 || given[1] != 6 ||
        (given[0] != 1 && given[0] != shape[0]))
        fail<ShapeError>("{}: transforms are {} of shape {}; float32 of shape ({}, 6) or (1, 6) is needed",
                         op, transforms.dtype(), given, shape[0]);
    return moved<false>(images, transforms, {options, shape[0], shape[1], shape[2], shape[3], given[0]});
}

}  // namespace keratin::nn
