#pragma once

#include "support/numbers.hpp"
#include "support/window_cases.hpp"

#include <keratin/ops/nn/pool.hpp>

#include <fmt/core.h>

#include <cmath>
#include <optional>
#include <string>
#include <vector>

/// Poolings of sampled shapes, and what nested loops say about them.
namespace pool_cases {

using keratin::DType;
using keratin::Padding;
using keratin::Shape;
using keratin::Size2;
using keratin::Tensor;

struct Case {
    Shape x, y;
    Size2 window;
    keratin::nn::Pool2DOptions options;
    window_cases::Side rows, cols;

    std::string name() const {
        return fmt::format("input {}, window {}, strides {}, padding {}", x, window,
                           options.strides.value_or(window), options.padding);
    }
};

inline Case make(const Shape& x, Size2 window, const keratin::nn::Pool2DOptions& options) {
    const Size2 step = options.strides.value_or(window);
    const Padding::Kind kind = options.padding.kind();
    Case c{.x = x,
           .y = {},
           .window = window,
           .options = options,
           .rows = window_cases::side(x[1], window.height, step.height, 1, kind, {0, 0}),
           .cols = window_cases::side(x[2], window.width, step.width, 1, kind, {0, 0})};
    c.y = Shape{x[0], c.rows.out, c.cols.out, x[3]};
    return c;
}

inline Case sample(window_cases::Sampler& random, int64_t side, int64_t channels) {
    const Size2 window(random.between(1, 4), random.between(1, 4));
    std::optional<Size2> strides;
    if (random.between(0, 2) > 0) strides = Size2(random.between(1, 3), random.between(1, 3));
    const Padding padding = random.one_of<Padding>({"valid", "same"});
    const bool same = padding.kind() == Padding::Kind::same;
    const Shape x{random.between(0, 2), random.between(same ? 1 : window.height, side),
                  random.between(same ? 1 : window.width, side), random.between(1, channels)};
    return make(x, window, {.strides = strides, .padding = padding});
}

/// On the scale of real networks: channels around the widths of vectors and above the 64 that a thread takes
/// at once, image widths across their tails, windows up to 7 by 7 that overlap or leave pixels out.
inline Case sample_wide(window_cases::Sampler& random) {
    const Size2 window = random.one_of<Size2>({1, 2, 2, 2, 3, 3, 4, 5, 7, {1, 2}, {3, 1}, {2, 5}});
    std::optional<Size2> strides;
    if (random.between(0, 2) > 0) strides = random.one_of<Size2>({1, 2, 2, 3, 4, {1, 2}, {3, 1}});
    const Padding padding = random.one_of<Padding>({"valid", "same"});
    const bool same = padding.kind() == Padding::Kind::same;
    const int64_t height = random.between(same ? 1 : window.height, 12);
    const int64_t width = random.between(same ? 1 : window.width, 20);
    const int64_t batch = random.one_of<int64_t>({0, 1, 1, 1, 2, 3});
    const int64_t channels = random.one_of<int64_t>({1, 2, 3, 4, 6, 7, 8, 15, 16, 17, 31, 32, 33, 40, 65});
    return make({batch, height, width, channels}, window, {.strides = strides, .padding = padding});
}

struct Loops {
    std::vector<double> max, max_dx, mean, mean_dx;
};

/// Windows one by one; a maximum's gradient goes to the first cell that has it.
inline Loops loops(const Case& c, const std::vector<double>& x, const std::vector<double>& dy) {
    Loops result{{}, std::vector<double>(x.size()), {}, std::vector<double>(x.size())};
    size_t at_y = 0;
    for (int64_t n = 0; n < c.y[0]; ++n)
        for (int64_t oh = 0; oh < c.y[1]; ++oh)
            for (int64_t ow = 0; ow < c.y[2]; ++ow)
                for (int64_t channel = 0; channel < c.y[3]; ++channel, ++at_y) {
                    std::vector<size_t> cells;
                    for (int64_t kh = 0; kh < c.window.height; ++kh)
                        for (int64_t kw = 0; kw < c.window.width; ++kw) {
                            const int64_t ih = c.rows.at(oh, kh);
                            const int64_t iw = c.cols.at(ow, kw);
                            if (c.rows.inside(ih) && c.cols.inside(iw))
                                cells.push_back(static_cast<size_t>(
                                    ((n * c.x[1] + ih) * c.x[2] + iw) * c.x[3] + channel));
                        }
                    size_t first = cells.front();
                    double sum = 0;
                    for (const size_t cell : cells) {
                        if (x[cell] > x[first]) first = cell;
                        sum += x[cell];
                        result.mean_dx[cell] += dy[at_y] / static_cast<double>(cells.size());
                    }
                    result.max.push_back(x[first]);
                    result.max_dx[first] += dy[at_y];
                    result.mean.push_back(sum / static_cast<double>(cells.size()));
                }
    return result;
}

/// Numbers of which many are equal.
inline Tensor with_ties(const Shape& shape, unsigned seed, DType dtype) {
    std::vector<double> values = numbers::of(numbers::distinct(shape, seed));
    for (double& value : values) value = std::round(value * 2);
    return numbers::as(values, shape, dtype);
}

}  // namespace pool_cases
