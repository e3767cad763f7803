#include "support/catch.hpp"
#include "support/numbers.hpp"

#include "ops/nn/conv_max_pool.hpp"

#include <keratin/autograd/check_gradients.hpp>
#include <keratin/autograd/tape.hpp>
#include <keratin/ops/elementwise.hpp>
#include <keratin/ops/nn/activation.hpp>
#include <keratin/ops/nn/conv.hpp>
#include <keratin/ops/nn/pool.hpp>
#include <keratin/ops/reduce.hpp>

#include <cstring>

using namespace keratin;
using kernels::Activation;

namespace {

struct Case {
    Shape x, kernel;
    nn::Conv2DOptions options;
};

const std::vector<Case> cases = {
    {{2, 12, 12, 1}, {5, 5, 1, 6}, {.padding = "same"}},
    {{2, 8, 8, 6}, {5, 5, 6, 16}, {}},
    {{1, 7, 9, 3}, {3, 3, 3, 5}, {.strides = 2, .padding = "same"}},
    {{3, 6, 5, 2}, {2, 3, 2, 4}, {.padding = {{1, 0}, {2, 1}}}},
    {{0, 6, 6, 2}, {3, 3, 2, 4}, {}},
};

Tensor step_by_step(const Tensor& x, const Tensor& kernel, const Tensor& bias,
                    const nn::Conv2DOptions& options, Activation activation) {
    const Tensor sum = nn::conv2d(x, kernel, options) + bias;
    return nn::max_pool2d(activation == Activation::relu ? nn::relu(sum) : sum, 2);
}

std::vector<Tensor> gradients(const std::function<Tensor()>& f, const std::vector<Tensor>& inputs) {
    GradientTape tape;
    for (const Tensor& x : inputs) tape.watch(x);
    const Tensor y = f();
    return tape.gradient(reduce_sum(y * numbers::distinct(y.shape(), 5)), inputs);
}

}  // namespace

TEST_CASE("Convolution and pooling in one pass give the bits of one after the other",
          "[ops][conv2d][max_pool2d]") {
    for (const Case& c : cases)
        for (const Activation activation : {Activation::none, Activation::relu}) {
            const Tensor x = numbers::distinct(c.x, 1, 1.0, float32),
                         w = numbers::distinct(c.kernel, 2, 1.0, float32);
            const Tensor b = numbers::distinct({c.kernel[3]}, 3, 1.0, float32);
            const Tensor y = nn::conv2d_bias_activation_max_pool(x, w, b, c.options, activation);
            const Tensor expected = step_by_step(x, w, b, c.options, activation);
            REQUIRE(y.shape() == expected.shape());
            CHECK(numbers::of(y) == numbers::of(expected));
        }
}

TEST_CASE("Its gradients are those of one after the other", "[ops][conv2d][max_pool2d]") {
    for (const Case& c : cases)
        for (const Activation activation : {Activation::none, Activation::relu}) {
            const Tensor x = numbers::distinct(c.x, 1), w = numbers::distinct(c.kernel, 2);
            const Tensor b = numbers::distinct({c.kernel[3]}, 3);
            const auto got =
                gradients([&] { return nn::conv2d_bias_activation_max_pool(x, w, b, c.options, activation); },
                          {x, w, b});
            const auto expected =
                gradients([&] { return step_by_step(x, w, b, c.options, activation); }, {x, w, b});
            for (size_t i = 0; i < expected.size(); ++i)
                CHECK(numbers::difference(numbers::of(got[i]), numbers::of(expected[i])) < 1e-12);
        }
}

TEST_CASE("Its first and second derivatives are those of central differences", "[ops][conv2d][max_pool2d]") {
    const nn::Conv2DOptions options{.padding = "same"};
    const std::vector<Tensor> inputs = {numbers::distinct({2, 4, 5, 2}, 1),
                                        numbers::distinct({3, 3, 2, 3}, 2), numbers::distinct({3}, 3)};
    for (const Activation activation : {Activation::none, Activation::relu}) {
        const auto f = [&](const std::vector<Tensor>& in) {
            return square(nn::conv2d_bias_activation_max_pool(in[0], in[1], in[2], options, activation));
        };
        const GradientCheck first = check_gradients(f, inputs), second = check_second_gradients(f, inputs);
        INFO(first.message << second.message);
        CHECK(first);
        CHECK(second);
    }
}
