#include "support/catch.hpp"
#include "support/gradient_cases.hpp"
#include "support/numbers.hpp"

#include <keratin/autograd/tape.hpp>
#include <keratin/ops/elementwise.hpp>
#include <keratin/ops/nn/activation.hpp>

#include <cmath>
#include <functional>
#include <limits>
#include <string>
#include <vector>

using namespace keratin;

namespace {

struct Function {
    std::string name;
    std::function<Tensor(const Tensor&)> tensor;
    std::function<double(double)> number;
};

double logistic(double x) {
    return 1 / (1 + std::exp(-x));
}

double relu_rule(double x, const nn::ReluOptions& o) {
    if (!(x > o.threshold)) return o.negative_slope * (x - o.threshold);
    return o.max_value >= 0 ? std::min(x, o.max_value) : x;
}

Function relu_with(const nn::ReluOptions& options) {
    return {"relu with options", [options](const Tensor& x) { return nn::relu(x, options); },
            [options](double x) { return relu_rule(x, options); }};
}

std::vector<Function> functions() {
    const auto hard_sigmoid = [](double x) { return std::min(std::max(x + 3, 0.0), 6.0) / 6; };
    return {
        {"relu", [](const Tensor& x) { return nn::relu(x); }, [](double x) { return std::max(x, 0.0); }},
        relu_with({.negative_slope = 0.1}),
        relu_with({.max_value = 1.5}),
        relu_with({.max_value = 6}),
        relu_with({.threshold = 0.3}),
        relu_with({.threshold = -0.3}),
        relu_with({.negative_slope = 0.2, .max_value = 2, .threshold = 0.7}),
        relu_with({.max_value = 0}),
        {"relu6", nn::relu6, [](double x) { return std::min(std::max(x, 0.0), 6.0); }},
        {"leaky_relu", [](const Tensor& x) { return nn::leaky_relu(x); },
         [](double x) { return x > 0 ? x : 0.2 * x; }},
        {"leaky_relu 0.01", [](const Tensor& x) { return nn::leaky_relu(x, 0.01); },
         [](double x) { return x > 0 ? x : 0.01 * x; }},
        {"elu", [](const Tensor& x) { return nn::elu(x); },
         [](double x) { return x > 0 ? x : std::expm1(x); }},
        {"elu 0.5", [](const Tensor& x) { return nn::elu(x, 0.5); },
         [](double x) { return x > 0 ? x : 0.5 * std::expm1(x); }},
        {"selu", nn::selu,
         [](double x) { return 1.0507009873554805 * (x > 0 ? x : 1.6732632423543772 * std::expm1(x)); }},
        {"gelu", [](const Tensor& x) { return nn::gelu(x); },
         [](double x) { return 0.5 * x * (1 + std::erf(x / std::sqrt(2.0))); }},
        {"gelu approximate", [](const Tensor& x) { return nn::gelu(x, true); },
         [](double x) {
             return 0.5 * x * (1 + std::tanh(std::sqrt(2 / std::acos(-1.0)) * (x + 0.044715 * x * x * x)));
         }},
        {"silu", nn::silu, [](double x) { return x * logistic(x); }},
        {"hard_sigmoid", nn::hard_sigmoid, hard_sigmoid},
        {"hard_silu", nn::hard_silu, [=](double x) { return x * hard_sigmoid(x); }},
        {"softplus", nn::softplus, [](double x) { return std::log1p(std::exp(x)); }},
        {"softsign", nn::softsign, [](double x) { return x / (1 + std::abs(x)); }},
        {"mish", nn::mish, [](double x) { return x * std::tanh(std::log1p(std::exp(x))); }},
        {"log_sigmoid", nn::log_sigmoid, [](double x) { return std::log(logistic(x)); }},
        {"erf", nn::erf, [](double x) { return std::erf(x); }},
    };
}

}  // namespace

TEST_CASE("the activations agree with their formulas", "[ops][activation]") {
    const DType dtype = GENERATE(float32, float64);
    const Shape shape = GENERATE(Shape{}, Shape{1}, Shape{7}, Shape{3, 31}, Shape{2, 3, 4, 5}, Shape{0, 3});
    for (const Function& f : functions()) {
        const Tensor x = numbers::distinct(shape, 1, 9.0, dtype);
        std::vector<double> expected;
        for (const double value : numbers::of(x)) expected.push_back(f.number(value));
        const Tensor y = f.tensor(x);
        INFO(f.name << " of " << shape << ", " << name(dtype));
        CHECK(y.shape() == shape);
        CHECK(y.dtype() == dtype);
        CHECK(numbers::difference(y, expected) < (dtype == float32 ? 2e-6 : 1e-13));
    }
}

TEST_CASE("the gradients of the activations, and theirs, agree with central differences",
          "[ops][activation]") {
    GradientCases cases;
    for (const Function& f : functions())
        for (const Shape& shape : {Shape{1}, Shape{2, 11}})
            cases.both(f.name, [&](const std::vector<Tensor>& in) { return f.tensor(in[0]); },
                       {numbers::distinct(shape, 2, 8.0)});
    CHECK(cases.first_order() >= 46);
    CHECK(cases.second_order() >= 46);
}

TEST_CASE("the activations have Keras's slopes at their kinks", "[ops][activation]") {
    const auto slope = [](const auto& f, double at) {
        const Tensor x = Tensor::scalar(at, float64);
        GradientTape tape;
        tape.watch(x);
        return tape.gradient(f(x), x).template item<double>();
    };
    CHECK(slope([](const Tensor& x) { return nn::relu(x); }, 0) == 0);
    CHECK(slope(nn::relu6, 0) == 0);
    CHECK(slope(nn::relu6, 6) == 0);
    CHECK(slope([](const Tensor& x) { return nn::leaky_relu(x); }, 0) == 0.2);
    CHECK(slope([](const Tensor& x) { return nn::elu(x, 0.5); }, 0) == 0.5);
    CHECK(slope(nn::selu, 0) == Approx(1.0507009873554805));
    CHECK(slope(nn::softplus, 0) == 0.5);
    CHECK(slope(nn::softsign, 0) == 1);
}

TEST_CASE("the smooth activations stay finite far out, and so do their gradients", "[ops][activation]") {
    const double far = GENERATE(-1e4, -120.0, 120.0, 1e4);
    const Tensor x = full({3}, far);
    for (const auto& f :
         {nn::selu, nn::silu, nn::hard_silu, nn::softplus, nn::softsign, nn::mish, nn::log_sigmoid}) {
        GradientTape tape;
        tape.watch(x);
        const Tensor y = f(x);
        CHECK(std::isfinite(numbers::of(y)[0]));
        CHECK(std::isfinite(numbers::of(tape.gradient(y, x))[0]));
    }
    CHECK(numbers::of(nn::softplus(x))[0] == Approx(std::max(far, 0.0)));
}

TEST_CASE("a NaN stays a NaN", "[ops][activation]") {
    const Tensor x = full({1}, std::numeric_limits<double>::quiet_NaN());
    for (const Function& f : functions()) {
        INFO(f.name);
        if (f.name == "relu with options") continue;
        CHECK(std::isnan(numbers::of(f.tensor(x))[0]));
    }
}

TEST_CASE("the activations tell a dtype that they do not take", "[ops][activation][errors]") {
    const auto message = [](const std::string& op) {
        return Message(op + ": input of shape (2,) is int32; float32 or float64 is needed, cast() it");
    };
    const Tensor x = zeros({2}, int32);
    CHECK_THROWS_MATCHES(nn::relu(x), DTypeError, message("relu"));
    CHECK_THROWS_MATCHES(nn::gelu(x), DTypeError, message("gelu"));
    CHECK_THROWS_MATCHES(nn::erf(x), DTypeError, message("erf"));
    CHECK_THROWS_MATCHES(nn::softmax(x), DTypeError, message("softmax"));
    CHECK_THROWS_MATCHES(nn::relu(zeros({2}), {.threshold = std::nan("")}), ValueError,
                         Message("relu: negative_slope 0, max_value -1, threshold nan must be numbers"));
}
