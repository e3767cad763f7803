#include "support/catch.hpp"
#include "support/gradient_cases.hpp"
#include "support/numbers.hpp"
#include "support/window_cases.hpp"

#include <keratin/ops/nn/conv.hpp>

#include <vector>

using namespace keratin;

namespace {

std::vector<double> loops(const Tensor& x, const Tensor& kernel, const nn::Conv2DOptions& options,
                          const Shape& out) {
    const auto in = numbers::of(x);
    const auto weights = numbers::of(kernel);
    const Shape& s = x.shape();
    const Shape& k = kernel.shape();
    const auto rows = window_cases::side(s[1], k[0], options.strides.height, options.dilations.height,
                                         options.padding.kind(), options.padding.rows());
    const auto cols = window_cases::side(s[2], k[1], options.strides.width, options.dilations.width,
                                         options.padding.kind(), options.padding.cols());
    std::vector<double> y;
    for (int64_t n = 0; n < out[0]; ++n)
        for (int64_t oh = 0; oh < rows.out; ++oh)
            for (int64_t ow = 0; ow < cols.out; ++ow)
                for (int64_t c = 0; c < s[3]; ++c)
                    for (int64_t m = 0; m < k[3]; ++m) {
                        double sum = 0;
                        for (int64_t kh = 0; kh < k[0]; ++kh)
                            for (int64_t kw = 0; kw < k[1]; ++kw) {
                                const int64_t ih = rows.at(oh, kh);
                                const int64_t iw = cols.at(ow, kw);
                                if (!rows.inside(ih) || !cols.inside(iw)) continue;
                                sum += in[static_cast<size_t>(((n * s[1] + ih) * s[2] + iw) * s[3] + c)] *
                                       weights[static_cast<size_t>(((kh * k[1] + kw) * k[2] + c) * k[3] + m)];
                            }
                        y.push_back(sum);
                    }
    return y;
}

}  // namespace

TEST_CASE("depthwise_conv2d sees every channel by itself, channel c * multiplier + m",
          "[ops][depthwise_conv2d]") {
    window_cases::Sampler random(5);
    for (int i = 0; i < 200; ++i) {
        const DType dtype = i % 2 == 0 ? float32 : float64;
        const int64_t channels = random.between(1, 9);
        const nn::Conv2DOptions options{
            .strides = {random.between(1, 3), random.between(1, 3)},
            .padding = random.one_of<Padding>({"valid", "same", {{1, 0}, {2, 1}}}),
            .dilations = random.between(1, 2)};
        const Shape input{random.between(0, 2), random.between(5, 9), random.between(5, 9), channels};
        const Tensor x = numbers::distinct(input, random.seed(), 1.0, dtype);
        const Tensor kernel =
            numbers::distinct({random.between(1, 3), random.between(1, 3), channels, random.between(1, 3)},
                              random.seed(), 1.0, dtype);
        const Tensor y = nn::depthwise_conv2d(x, kernel, options);
        INFO("input " << input << ", kernel " << kernel.shape());
        CHECK(y.shape()[3] == channels * kernel.shape()[3]);
        CHECK(numbers::difference(y, loops(x, kernel, options, y.shape())) <
              (dtype == float32 ? 1e-5 : 1e-13));
    }
}

TEST_CASE("the gradients of depthwise_conv2d agree with central differences", "[ops][depthwise_conv2d]") {
    window_cases::Sampler random(6);
    GradientCases cases;
    for (int i = 0; i < 15; ++i) {
        const int64_t channels = random.between(1, 3);
        const nn::Conv2DOptions options{
            .strides = {random.between(1, 3), random.between(1, 2)},
            .padding = random.one_of<Padding>({"valid", "same", {{1, 0}, {2, 1}}})};
        const Tensor x =
            numbers::distinct({random.between(1, 2), random.between(3, 5), 4, channels}, random.seed());
        const Tensor kernel = numbers::distinct({3, 2, channels, random.between(1, 2)}, random.seed());
        const auto f = [&](const std::vector<Tensor>& in) {
            return nn::depthwise_conv2d(in[0], in[1], options);
        };
        i < 3 ? cases.both("depthwise_conv2d", f, {x, kernel})
              : cases.first("depthwise_conv2d", f, {x, kernel});
    }
    CHECK(cases.first_order() >= 15);
}

TEST_CASE("depthwise_conv2d tells shapes that do not fit", "[ops][depthwise_conv2d][errors]") {
    CHECK_THROWS_MATCHES(
        nn::depthwise_conv2d(zeros({1, 5, 5, 3}), zeros({3, 3, 2, 1})), ShapeError,
        Message("depthwise_conv2d: input of shape (1, 5, 5, 3) has 3 channels, kernel was built for 2 "
                "(kernel shape (3, 3, 2, 1)); give an input of shape (batch, height, width, 2)"));
    CHECK_THROWS_MATCHES(
        nn::depthwise_conv2d(zeros({1, 5, 5, 3}), zeros({3, 3})), ShapeError,
        Message("depthwise_conv2d: kernel has shape (3, 3); (kernel_height, kernel_width, channels, "
                "multiplier) is needed"));
    CHECK_THROWS_MATCHES(
        nn::depthwise_conv2d(zeros({1, 2, 5, 2}), zeros({3, 3, 2, 1})), ShapeError,
        Message("depthwise_conv2d: kernel (3, 3) with dilations (1, 1) does not fit input (1, 2, 5, "
                "2) with padding \"valid\"; use padding \"same\" or a smaller kernel"));
}
