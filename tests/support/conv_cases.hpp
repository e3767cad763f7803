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

/// The case of an input, a kernel and options that fit.
inline Case make(const Shape& x, const Shape& kernel, const keratin::nn::Conv2DOptions& options) {
    const Padding& padding = options.padding;
    Case result{.x = x,
                .kernel = kernel,
                .y = {},
                .options = options,
                .rows = side(x[1], kernel[0], options.strides.height, options.dilations.height,
                             padding.kind(), padding.rows()),
                .cols = side(x[2], kernel[1], options.strides.width, options.dilations.width, padding.kind(),
                             padding.cols())};
    result.y = Shape{x[0], result.rows.out, result.cols.out, kernel[3]};
    return result;
}

/// A side of an image up to `most`; where nothing is padded it must hold the whole kernel.
inline int64_t sample_side(window_cases::Sampler& random, const Padding& padding, int64_t taps,
                           int64_t dilation, int64_t most) {
    const int64_t least = padding.kind() == Padding::Kind::same ? 1 : (taps - 1) * dilation + 1;
    return random.between(least, std::max(least, most));
}

inline Case sample(window_cases::Sampler& random, const Limits& limits) {
    const Size2 window(random.between(1, limits.kernel), random.between(1, limits.kernel));
    const Size2 strides(random.between(1, 3), random.between(1, 3));
    const Size2 dilations(random.between(1, 3), random.between(1, 3));
    const int64_t groups = random.between(0, 2) == 0 ? random.between(1, limits.groups) : 1;
    const Padding padding = sample_padding(random);
    const int64_t height = sample_side(random, padding, window.height, dilations.height, limits.side);
    const int64_t width = sample_side(random, padding, window.width, dilations.width, limits.side);
    const int64_t group_in = random.between(1, limits.channels);
    const int64_t group_out = random.between(1, limits.channels);
    const int64_t batch = random.between(0, 9) == 0 ? 0 : random.between(1, limits.batch);
    return make({batch, height, width, group_in * groups},
                {window.height, window.width, group_in, group_out * groups},
                {.strides = strides, .padding = padding, .dilations = dilations, .groups = groups});
}

/// A case on the scale of real networks: channels around the widths of vectors and panels, image widths
/// across their tails, kernels up to 7 by 7, all channels together, in groups, or (depthwise) each by itself.
/// The image shrinks until the loops have no more than `products` multiplications to do.
inline Case sample_wide(window_cases::Sampler& random, bool depthwise = false, int64_t products = 120'000) {
    const auto channels = [&] {
        return random.one_of<int64_t>({1, 2, 3, 4, 5, 6, 8, 12, 15, 16, 17, 24, 31, 32, 33, 40});
    };
    const Size2 window = random.one_of<Size2>({1, 1, 2, 3, 3, 3, 5, 5, 7, {1, 7}, {3, 1}, {2, 5}});
    const Size2 strides = random.one_of<Size2>({1, 1, 1, 2, 2, 3, {1, 2}, {3, 1}});
    const Size2 dilations = random.one_of<Size2>({1, 1, 1, 1, 2, {1, 3}});
    const Padding padding = sample_padding(random);
    int64_t height = sample_side(random, padding, window.height, dilations.height, 12);
    int64_t width = sample_side(random, padding, window.width, dilations.width, 40);
    int64_t batch = random.one_of<int64_t>({0, 1, 1, 1, 2, 2, 3});
    int64_t groups = random.one_of<int64_t>({1, 1, 1, 1, 2, 3, 4});
    int64_t group_in = channels();
    int64_t group_out = channels();
    if (groups > 1) {
        group_in = 1 + group_in / 4;
        group_out = 1 + group_out / 4;
    }
    if (depthwise) {
        groups = channels();
        group_in = 1;
        group_out = random.one_of<int64_t>({1, 1, 2, 3});
    }
    const auto sampled = [&] {
        return make({batch, height, width, group_in * groups},
                    {window.height, window.width, group_in, group_out * groups},
                    {.strides = strides, .padding = padding, .dilations = dilations, .groups = groups});
    };
    for (;;) {
        const Case result = sampled();
        if (result.y.size() * window.height * window.width * group_in <= products) return result;
        const int64_t least_height = sample_side(random, padding, window.height, dilations.height, 1);
        const int64_t least_width = sample_side(random, padding, window.width, dilations.width, 1);
        if (batch > 1)
            batch = 1;
        else if (height > least_height)
            height = std::max(least_height, height / 2);
        else if (width > least_width)
            width = std::max(least_width, width / 2);
        else
            return result;
    }
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
