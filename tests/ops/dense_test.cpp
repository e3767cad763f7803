#include "ops/dense.hpp"

#include "ops/support.hpp"

#include <keratin/autograd/tape.hpp>
#include <keratin/autograd/variable.hpp>
#include <keratin/ops/elementwise.hpp>
#include <keratin/ops/nn/activation.hpp>
#include <keratin/ops/reduce.hpp>

using namespace keratin;
using namespace keratin::test;
using kernels::Activation;

namespace {

Activation any_activation() {
    return GENERATE(Activation::none, Activation::relu, Activation::tanh, Activation::sigmoid);
}

/// The same op by op.
Tensor in_steps(const Tensor& x, const Tensor& kernel, const Tensor& bias, Activation activation) {
    Tensor y = reduce_sum(x.view(x.shape() + Shape{1}) * kernel, -2);
    if (bias.defined()) y = y + bias;
    switch (activation) {
        case Activation::relu:
            return maximum(y, 0);
        case Activation::tanh:
            return tanh(y);
        case Activation::sigmoid:
            return sigmoid(y);
        case Activation::none:
            break;
    }
    return y;
}

}  // namespace

TEST_CASE("dense is a product, a bias and an activation", "[ops][dense]") {
    const Activation activation = any_activation();
    const Shape shape = GENERATE(Shape{3}, Shape{2, 3}, Shape{2, 5, 3}, Shape{0, 3}, Shape{37, 3});
    const bool with_bias = GENERATE(true, false);
    const Tensor x = sample(shape, 1), kernel = sample({3, 4}, 2),
                 bias = with_bias ? sample({4}, 3) : Tensor();
    const Tensor y = ops::dense(x, kernel, bias, activation),
                 expected = in_steps(x, kernel, bias, activation);
    REQUIRE(y.shape() == shape.with(-1, 4));
    for (int64_t i = 0; i < y.size(); ++i)
        CHECK(value(y, i) == Approx(value(expected, i)).epsilon(1e-12).margin(1e-13));
}

TEST_CASE("dense has right first and second derivatives in input, kernel and bias",
          "[ops][dense][gradients]") {
    const Activation activation = any_activation();
    const Shape shape = GENERATE(Shape{3}, Shape{2, 3}, Shape{2, 1, 3}, Shape{0, 3});
    const Tensor x = sample(shape, 4), kernel = sample({3, 2}, 5), bias = sample({2}, 6);
    check_derivatives([&](const std::vector<Tensor>& v) { return ops::dense(v[0], v[1], v[2], activation); },
                      {x, kernel, bias});
    check_derivatives([&](const std::vector<Tensor>& v) { return ops::dense(v[0], v[1], {}, activation); },
                      {x, kernel});
}

TEST_CASE("dense without inputs is its activated bias", "[ops][dense][gradients]") {
    const Activation activation = any_activation();
    const Tensor x = zeros({2, 0}, float64), kernel = zeros({0, 3}, float64), bias = sample({3}, 7);
    const Tensor y = ops::dense(x, kernel, bias, activation);
    const Tensor expected = in_steps(zeros({2, 1}, float64), zeros({1, 3}, float64), bias, activation);
    for (int64_t i = 0; i < y.size(); ++i) CHECK(value(y, i) == Approx(value(expected, i)).epsilon(1e-12));
    check_derivatives([&](const std::vector<Tensor>& v) { return ops::dense(v[0], v[1], v[2], activation); },
                      {x, kernel, bias});
}

TEST_CASE("The gradient of one input of dense does not need that the others are followed",
          "[ops][dense][gradients]") {
    const Tensor x = sample({4, 3}, 8), kernel = sample({3, 2}, 9), bias = sample({2}, 10);
    check_derivatives(
        [&](const std::vector<Tensor>& v) { return ops::dense(v[0], kernel, bias, Activation::tanh); }, {x});
    check_derivatives(
        [&](const std::vector<Tensor>& v) { return ops::dense(x, v[0], bias, Activation::tanh); }, {kernel});
    check_derivatives(
        [&](const std::vector<Tensor>& v) { return ops::dense(x, kernel, v[0], Activation::tanh); }, {bias});
}

TEST_CASE("Gradients of a layer used twice add up in the memory they are given", "[ops][dense][gradients]") {
    const Variable kernel(sample({3, 3}, 11)), bias(sample({3}, 12));
    const Tensor x = sample({5, 3}, 13);
    const auto loss = [&] {
        return reduce_sum(
            ops::dense(ops::dense(x, kernel, bias, Activation::sigmoid), kernel, bias, Activation::tanh));
    };
    GradientTape asked;
    const std::vector<Tensor> expected = asked.gradient(loss(), {kernel, bias});
    std::vector<Tensor> memory = {full({3, 3}, 99, float64), full({3}, 99, float64)};
    const void* const places[] = {memory[0].raw(), memory[1].raw()};
    for (int step = 0; step < 2; ++step) {
        GradientTape tape;
        const std::vector<Variable> sources = {kernel, bias};
        tape.gradient_into(loss(), sources, memory);
        for (size_t i = 0; i < 2; ++i) {
            CHECK(values(memory[i]) == values(expected[i]));
            CHECK(memory[i].raw() == places[i]);
        }
    }
}

TEST_CASE("dense keeps its input and its result, and nothing in between", "[ops][dense]") {
    const Variable kernel(sample({3, 3}, 14));
    const size_t before = memory_statistics().bytes_in_use;
    const Tensor x = sample({64, 3}, 15);
    const size_t one = memory_statistics().bytes_in_use - before;
    GradientTape tape;
    const Tensor y = ops::dense(x, kernel, sample({3}, 16), Activation::tanh);
    CHECK(memory_statistics().bytes_in_use - before < 3 * one);
}

TEST_CASE("dense says what does not fit", "[ops][dense][errors]") {
    CHECK_THROWS_MATCHES(
        ops::dense(zeros({2, 4}), zeros({3, 5}), {}, Activation::none), ShapeError,
        Message("dense: input of shape (2, 4) does not fit a kernel of shape (3, 5); its last axis "
                "must be as long as the kernel's first"));
    CHECK_THROWS_MATCHES(
        ops::dense(zeros({2, 3}), zeros({3, 5}), zeros({4}), Activation::none), ShapeError,
        Message("dense: bias of shape (4,) does not fit a kernel of shape (3, 5); it needs shape "
                "(5,)"));
    CHECK_THROWS_AS(ops::dense(zeros({2, 3}), zeros({3, 5}, float64), {}, Activation::none), DTypeError);
    CHECK_THROWS_AS(ops::dense(Tensor::scalar(1), zeros({3, 5}), {}, Activation::none), ShapeError);
    CHECK_THROWS_AS(ops::dense(Tensor(), zeros({3, 5}), {}, Activation::none), ValueError);
}
