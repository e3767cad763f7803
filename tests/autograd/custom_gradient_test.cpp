#include "support/catch.hpp"

#include <keratin/autograd/check_gradients.hpp>
#include <keratin/autograd/custom_gradient.hpp>
#include <keratin/ops/elementwise.hpp>
#include <keratin/ops/reduce.hpp>

using namespace keratin;

TEST_CASE("custom_gradient replaces the gradient of a function", "[autograd][custom_gradient]") {
    const auto clipped = custom_gradient([](const Tensor& x) { return x * 1.0; },
                                         [](const Tensor& dy) { return clip(dy, -1, 1); });
    const Tensor x = Tensor::from({2.0, 3.0});
    GradientTape tape;
    tape.watch(x);
    const Tensor dx = tape.gradient(10.0 * clipped(x), x);
    CHECK(dx.data<double>()[0] == 1);
    CHECK(dx.data<double>()[1] == 1);
}

TEST_CASE("backward may ask for the inputs and the result", "[autograd][custom_gradient]") {
    const auto log1pexp =
        custom_gradient([](const Tensor& x) { return log(1 + exp(x)); },
                        [](const Tensor& dy, const Tensor& x) { return dy * (1 - 1 / (1 + exp(x))); });
    CHECK(check_gradients([&](const Tensor& x) { return log1pexp(x); }, {Tensor::from({-1.0, 0.5, 2.0})}));
    CHECK(check_second_gradients([&](const std::vector<Tensor>& x) { return log1pexp(x[0]); },
                                 {Tensor::from({-1.0, 0.5, 2.0})}));
    const auto by_result =
        custom_gradient([](const Tensor& x) { return exp(x); },
                        [](const Tensor& dy, const Tensor&, const Tensor& y) { return dy * y; });
    CHECK(check_gradients([&](const Tensor& x) { return by_result(x); }, {Tensor::from({-1.0, 0.5})}));
}

TEST_CASE("Several inputs have a gradient each", "[autograd][custom_gradient]") {
    int calls = 0;
    const auto product = custom_gradient([](const Tensor& a, const Tensor& b) { return a * b; },
                                         [&](const Tensor& dy, const Tensor& a, const Tensor& b) {
                                             ++calls;
                                             return std::vector<Tensor>{dy * b, dy * a};
                                         });
    const Tensor a = Tensor::from({2.0}), b = Tensor::from({5.0});
    GradientTape tape;
    tape.watch(a);
    tape.watch(b);
    const auto gradients = tape.gradient(product(a, b), {a, b});
    CHECK(gradients[0].item<double>() == 5);
    CHECK(gradients[1].item<double>() == 2);
    CHECK(calls == 1);
}

TEST_CASE("A custom gradient that does not fit is refused", "[autograd][custom_gradient][errors]") {
    const Tensor x = ones({2});
    GradientTape tape({.persistent = true});
    tape.watch(x);
    const auto wrong_shape = custom_gradient([](const Tensor& t) { return t * 2; },
                                             [](const Tensor& dy) { return reduce_sum(dy); });
    CHECK_THROWS_MATCHES(
        tape.gradient(wrong_shape(x), x), ShapeError,
        Message("custom_gradient: backward returned shape () for input 0 of shape (2,); return the "
                "input's"));
    const auto wrong_count = custom_gradient([](const Tensor& t) { return t * 2; },
                                             [](const Tensor& dy) {
                                                 return std::vector<Tensor>{dy, dy};
                                             });
    CHECK_THROWS_MATCHES(
        tape.gradient(wrong_count(x), x), ValueError,
        Message("custom_gradient: backward returned 2 gradients for 1 inputs; return one per input"));
    CHECK(tape.recording());
}

TEST_CASE("check_gradients finds a wrong gradient", "[autograd][check_gradients]") {
    const auto wrong = custom_gradient([](const Tensor& x) { return square(x); },
                                       [](const Tensor& dy, const Tensor& x) { return dy * x; });
    const GradientCheck check =
        check_gradients([&](const Tensor& x) { return wrong(x); }, {Tensor::from({3.0})});
    CHECK_FALSE(check);
    CHECK(check.message.find("input 0, element 0") != std::string::npos);
    CHECK_THROWS_MATCHES(
        check_gradients([](const Tensor& x) { return x; }, {ones({1})}), DTypeError,
        Message("check_gradients: input 0 is float32; finite differences need float64: cast() it"));
}
