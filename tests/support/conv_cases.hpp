#pragma once

#include "support/numbers.hpp"
#include "support/window_cases.hpp"

#include <keratin/ops/nn/conv.hpp>

#include <fmt/core.h>

#include <string>
#include <vector>

/// Convolutions of sampled shapes, and what seven nested loops say about them.
namespace conv_cases {

using keratin::Padding;
using keratin::PadPair;
using keratin::Shape;
using keratin::Size2;
using window_cases::side;

struct Case {
    Shape x, kernel, y;
    keratin::nn::Conv2DOptions options;
    window_cases::Side rows, cols;

    std::string name() const {
        return fmt::format("input {}, kernel {}, strides {}, padding {}, dilations {}, groups {}", x, kernel,
                           options.strides, options.padding, options.dilations, options.groups);
    }
};

struct Limits {
    int64_t side = 9;      ///< of an image
    int64_t kernel = 5;    ///< of a kernel
    int64_t channels = 4;  ///< of a group, in and out
    int64_t batch = 2;
    int64_t groups = 3;
};

inline Padding sample_padding(window_cases::Sampler& random) {
    switch (random.between(0, 2)) {
        case 0:
            return "valid";
        case 1:
            return "same";
        default:
            return Padding({random.between(0, 3), random.between(0, 3)},
                           {random.between(0, 3), random.between(0, 3)});
    }
}

inline Case sample(window_cases::Sampler& random, const Limits& limits) {
    const Size2 window(random.between(1, limits.kernel), random.between(1, limits.kernel));
    const Size2 strides(random.between(1, 3), random.between(1, 3));
    const Size2 dilations(random.between(1, 3), random.between(1, 3));
    const int64_t groups = random.between(0, 2) == 0 ? random.between(1, limits.groups) : 1;
    const Padding padding = sample_padding(random);
    // Where nothing is padded the image must hold the whole kernel.
    const auto image_side = [&](int64_t taps, int64_t dilation) {
        const int64_t least = padding.kind() == Padding::Kind::same ? 1 : (taps - 1) * dilation + 1;
        return random.between(least, std::max(least, limits.side));
    };
    const int64_t height = image_side(window.height, dilations.height);
    const int64_t width = image_side(window.width, dilations.width);
    const int64_t group_in = random.between(1, limits.channels);
    const int64_t group_out = random.between(1, limits.channels);
    const int64_t batch = random.between(0, 9) == 0 ? 0 : random.between(1, limits.batch);

    Case result{
        .x = {batch, height, width, group_in * groups},
        .kernel = {window.height, window.width, group_in, group_out * groups},
        .y = {},
        .options = {.strides = strides, .padding = padding, .dilations = dilations, .groups = groups},
        .rows = side(height, window.height, strides.height, dilations.height, padding.kind(), padding.rows()),
        .cols = side(width, window.width, strides.width, dilations.width, padding.kind(), padding.cols())};
    result.y = Shape{batch, result.rows.out, result.cols.out, group_out * groups};
    return result;
}

struct Loops {
    std::vector<double> y, dx, dkernel;
};

/// Every product that a convolution adds up, once, in double precision.
inline Loops loops(const Case& c, const std::vector<double>& x, const std::vector<double>& kernel,
                   const std::vector<double>& dy) {
    Loops result{std::vector<double>(dy.size()), std::vector<double>(x.size()),
                 std::vector<double>(kernel.size())};
    const int64_t group_in = c.kernel[2];
    const int64_t group_out = c.kernel[3] / c.options.groups;
    const auto index = [](const Shape& shape, int64_t a, int64_t b, int64_t d, int64_t e) {
        return static_cast<size_t>(((a * shape[1] + b) * shape[2] + d) * shape[3] + e);
    };
    for (int64_t n = 0; n < c.y[0]; ++n)
        for (int64_t oh = 0; oh < c.y[1]; ++oh)
            for (int64_t ow = 0; ow < c.y[2]; ++ow)
                for (int64_t f = 0; f < c.y[3]; ++f)
                    for (int64_t kh = 0; kh < c.kernel[0]; ++kh)
                        for (int64_t kw = 0; kw < c.kernel[1]; ++kw) {
                            const int64_t ih = c.rows.at(oh, kh);
                            const int64_t iw = c.cols.at(ow, kw);
                            if (!c.rows.inside(ih) || !c.cols.inside(iw)) continue;
                            for (int64_t i = 0; i < group_in; ++i) {
                                const size_t at_x = index(c.x, n, ih, iw, f / group_out * group_in + i);
                                const size_t at_kernel = index(c.kernel, kh, kw, i, f);
                                const size_t at_y = index(c.y, n, oh, ow, f);
                                result.y[at_y] += x[at_x] * kernel[at_kernel];
                                result.dx[at_x] += dy[at_y] * kernel[at_kernel];
                                result.dkernel[at_kernel] += dy[at_y] * x[at_x];
                            }
                        }
    return result;
}

}  // namespace conv_cases
