#include "support/catch.hpp"
#include "support/conv_cases.hpp"
#include "support/gradient_cases.hpp"
#include "support/numbers.hpp"

#include <keratin/autograd/tape.hpp>
#include <keratin/ops/elementwise.hpp>
#include <keratin/ops/nn/conv.hpp>
#include <keratin/ops/reduce.hpp>
#include <keratin/ops/shaping.hpp>

#include <string>
#include <vector>

using namespace keratin;

TEST_CASE("conv2d and its two gradients agree with nested loops on 1500 sampled shapes", "[ops][conv2d]") {
    const DType dtype = GENERATE(float32, float64);
    const double tolerance = dtype == float32 ? 2e-5 : 1e-13;
    window_cases::Sampler random(dtype == float32 ? 1 : 2);
    for (int i = 0; i < 750; ++i) {
        const auto c = conv_cases::sample(
            random, i % 10 == 0 ? conv_cases::Limits{.side = 17, .channels = 11} : conv_cases::Limits{});
        const Tensor x = numbers::distinct(c.x, random.seed(), 1.0, dtype);
        const Tensor kernel = numbers::distinct(c.kernel, random.seed(), 1.0, dtype);
        const Tensor dy = numbers::distinct(c.y, random.seed(), 1.0, dtype);
        const auto expected = conv_cases::loops(c, numbers::of(x), numbers::of(kernel), numbers::of(dy));

        GradientTape tape;
        tape.watch(x);
        tape.watch(kernel);
        const Tensor y = nn::conv2d(x, kernel, c.options);
        const auto gradients = tape.gradient(y, {x, kernel}, {.output_gradients = dy});
        INFO(c.name() << ", " << name(dtype));
        REQUIRE(y.shape() == c.y);
        REQUIRE(nn::conv2d_shape(c.x, c.kernel, c.options, "test") == c.y);
        REQUIRE(gradients[0].shape() == c.x);
        REQUIRE(gradients[1].shape() == c.kernel);
        CHECK(numbers::difference(y, expected.y) < tolerance);
        CHECK(numbers::difference(gradients[0], expected.dx) < tolerance);
        CHECK(numbers::difference(gradients[1], expected.dkernel) < tolerance);
        CHECK(numbers::difference(nn::conv2d_input_gradient(dy, kernel, c.x, c.options), expected.dx) <
              tolerance);
        CHECK(numbers::difference(nn::conv2d_kernel_gradient(x, dy, c.kernel, c.options), expected.dkernel) <
              tolerance);
    }
}

TEST_CASE("the gradients of conv2d, and of its gradients, agree with central differences", "[ops][conv2d]") {
    constexpr conv_cases::Limits small{.side = 6, .kernel = 3, .channels = 2, .batch = 2, .groups = 2};
    window_cases::Sampler random(3);
    GradientCases cases;
    for (int i = 0; i < 60; ++i) {
        const auto c = conv_cases::sample(random, small);
        const Tensor x = numbers::distinct(c.x, random.seed());
        const Tensor kernel = numbers::distinct(c.kernel, random.seed());
        const Tensor dy = numbers::distinct(c.y, random.seed());
        const auto conv = [&](const std::vector<Tensor>& in) { return nn::conv2d(in[0], in[1], c.options); };
        const auto input_gradient = [&](const std::vector<Tensor>& in) {
            return nn::conv2d_input_gradient(in[0], in[1], c.x, c.options);
        };
        const auto kernel_gradient = [&](const std::vector<Tensor>& in) {
            return nn::conv2d_kernel_gradient(in[0], in[1], c.kernel, c.options);
        };
        cases.first("conv2d, " + c.name(), conv, {x, kernel});
        cases.first("conv2d_input_gradient, " + c.name(), input_gradient, {dy, kernel});
        cases.first("conv2d_kernel_gradient, " + c.name(), kernel_gradient, {x, dy});
        if (i % 4 != 0) continue;
        cases.second("conv2d, " + c.name(), conv, {x, kernel});
        cases.second("conv2d_input_gradient, " + c.name(), input_gradient, {dy, kernel});
        cases.second("conv2d_kernel_gradient, " + c.name(), kernel_gradient, {x, dy});
    }
    CHECK(cases.first_order() >= 180);
    CHECK(cases.second_order() >= 45);
}

TEST_CASE("the gradients of conv2d by Winograd's tiles, and theirs, agree with central differences",
          "[ops][conv2d]") {
    GradientCases cases;
    for (const std::string name : {"same", "valid"}) {
        const auto conv = [&](const std::vector<Tensor>& in) {
            return nn::conv2d(in[0], in[1], {.padding = padding(name)});
        };
        const std::vector<Tensor> in{numbers::distinct({2, 6, 6, 16}, 1),
                                     numbers::distinct({3, 3, 16, 16}, 2)};
        const Tensor y = conv(in);
        nn::allow_winograd(false);
        const Tensor plain = conv(in);
        nn::allow_winograd(true);
        CHECK(numbers::difference(y, numbers::of(plain)) < 1e-12);
        CHECK(numbers::difference(y, numbers::of(plain)) > 0);  // they went by other ways
        cases.first("conv2d, " + name, conv, in);
        cases.second("conv2d, " + name, conv, in);
    }
    CHECK(cases.first_order() == 2);
    CHECK(cases.second_order() == 2);
}

TEST_CASE("one kernel used twice collects both gradients", "[ops][conv2d]") {
    const Tensor x = numbers::distinct({2, 6, 6, 2}, 1);
    const Tensor kernel = numbers::distinct({3, 3, 2, 2}, 2);
    GradientCases cases;
    cases.both("two convolutions",
               [](const std::vector<Tensor>& in) {
                   return nn::conv2d(nn::conv2d(in[0], in[1], {.padding = "same"}), in[1], {.strides = 2});
               },
               {x, kernel});
    CHECK(cases.second_order() == 1);
}

TEST_CASE("a stride or a dilation that moves nothing may be any number", "[ops][conv2d]") {
    constexpr int64_t huge = INT64_MAX;
    const Tensor x = numbers::distinct({1, 4, 4, 3}, 1);
    const Tensor kernel = numbers::distinct({3, 3, 3, 2}, 2);
    const auto run = [&](const Tensor& weights, const nn::Conv2DOptions& options) {
        GradientTape tape;
        tape.watch(x);
        tape.watch(weights);
        const Tensor y = nn::conv2d(x, weights, options);
        std::vector<Tensor> results = tape.gradient(y * y, {x, weights});
        results.push_back(y);
        return results;
    };
    const auto check_same = [](const std::vector<Tensor>& a, const std::vector<Tensor>& b) {
        for (size_t i = 0; i < a.size(); ++i) CHECK(numbers::difference(a[i], b[i]) == 0);
    };
    for (const Padding padding : {Padding("valid"), Padding("same"), Padding({2, 0}, {0, 3})})
        check_same(run(kernel, {.strides = huge, .padding = padding}),
                   run(kernel, {.strides = 100, .padding = padding}));
    const Tensor point = numbers::distinct({1, 1, 3, 2}, 3);
    check_same(run(point, {.dilations = huge}), run(point, {}));
}

TEST_CASE("a convolution that finds no memory holds none afterwards", "[ops][conv2d][errors]") {
    constexpr int64_t far = int64_t{1} << 45;
    const nn::Conv2DOptions options{.strides = far, .padding = {{0, 0}, {far, 0}}};
    const Tensor x = ones({1, 4, 4, 3});
    const Tensor kernel = ones({3, 3, 3, 5});
    const Tensor dy = ones({1, 1, 2, 5});
    const size_t before = memory_statistics().bytes_in_use;
    const auto refused = [](const auto& call) {
        CHECK_THROWS_MATCHES(call(), ValueError,
                             Catch::Matchers::Predicate<ValueError>([](const Error& error) {
                                 return std::string(error.what()).starts_with("memory: the system has no");
                             }));
    };
    refused([&] { nn::conv2d(x, kernel, options); });
    refused([&] { nn::conv2d_kernel_gradient(x, dy, kernel.shape(), options); });
    CHECK(memory_statistics().bytes_in_use == before);
}

TEST_CASE("conv2d tells padding that no memory holds", "[ops][conv2d][errors]") {
    constexpr int64_t huge = int64_t{1} << 61;
    CHECK_THROWS_AS(nn::conv2d(ones({1, 4, 4, 1}), ones({3, 3, 1, 1}), {.dilations = huge}), ShapeError);
    CHECK_THROWS_MATCHES(
        nn::conv2d(ones({1, 4, 4, 1}), ones({3, 3, 1, 1}), {.strides = huge, .padding = {{huge, 0}, {0, 0}}}),
        ShapeError,
        Message(
            "conv2d: input (1, 4, 4, 1) with padding \"((2305843009213693952, 0), (0, 0))\" and dilations "
            "(1, 1) of kernel (3, 3) is larger than memory can hold; use less padding or smaller "
            "dilations"));
}

TEST_CASE("padding same puts the odd zero at the bottom and right", "[ops][conv2d]") {
    std::vector<float> pixels(16);
    for (size_t i = 0; i < pixels.size(); ++i) pixels[i] = static_cast<float>(i + 1);
    const Tensor y =
        nn::conv2d(Tensor::from(pixels, {1, 4, 4, 1}), ones({3, 3, 1, 1}), {.strides = 2, .padding = "same"});
    CHECK(y.shape() == Shape{1, 2, 2, 1});
    CHECK(numbers::of(y) == std::vector<double>{54, 45, 72, 54});
}

TEST_CASE("conv2d does not flip its kernel and reads it as (height, width, in, out)", "[ops][conv2d]") {
    const Tensor x = Tensor::from({1.f, 10.f, 100.f, 1000.f}, {1, 1, 2, 2});
    const Tensor kernel = Tensor::from({1.f, 2.f, 3.f, 4.f, 5.f, 6.f, 7.f, 8.f}, {1, 2, 2, 2});
    CHECK(numbers::of(nn::conv2d(x, kernel)) == std::vector<double>{7531, 8642});
}

TEST_CASE("conv2d_transpose is the adjoint of conv2d", "[ops][conv2d_transpose]") {
    auto [side, window, stride, padding, out] = GENERATE(table<int64_t, int64_t, int64_t, Padding, int64_t>({
        {4, 3, 2, Padding("same"), 8},
        {4, 3, 2, Padding("valid"), 9},
        {4, 2, 3, Padding("valid"), 12},
        {5, 3, 1, Padding("valid"), 7},
        {5, 4, 1, Padding("same"), 5},
        {1, 1, 1, Padding("valid"), 1},
        {3, 3, 2, Padding({1, 1}, {1, 1}), 5},
        {3, 3, 2, Padding({1, 1}, {1, 1}), 6},
    }));
    const nn::Conv2DOptions options{.strides = stride, .padding = padding};
    const Tensor x = numbers::distinct({2, side, side, 3}, 1);
    const Tensor image = numbers::distinct({2, out, out, 2}, 2);
    const Tensor kernel = numbers::distinct({window, window, 2, 3}, 3);
    const Tensor wide = nn::conv2d_transpose(x, kernel, image.shape(), options);
    REQUIRE(wide.shape() == image.shape());
    const double there = reduce_sum(nn::conv2d(image, kernel, options) * x).item<double>();
    const double back = reduce_sum(wide * image).item<double>();
    CHECK(there == Approx(back));

    GradientCases cases;
    cases.both(
        "conv2d_transpose",
        [&options, shape = Shape{1, image.shape()[1], image.shape()[2], 2}](const std::vector<Tensor>& in) {
            return nn::conv2d_transpose(in[0], in[1], shape, options);
        },
        {slice(x, {{0, 1}}), kernel});
}
