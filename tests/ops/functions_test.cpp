#include "ops/support.hpp"

#include <keratin/autograd/tape.hpp>
#include <keratin/ops/elementwise.hpp>

#include <limits>

using namespace keratin;
using namespace keratin::test;

namespace {

struct Named {
    const char* name;
    Tensor (*op)(const Tensor&);
    double (*on_number)(double);
    double low, high;  ///< where it is tried
};

Named any_smooth_function() {
    return GENERATE(Named{"exp", exp, [](double x) { return std::exp(x); }, -2, 2},
                    Named{"log", log, [](double x) { return std::log(x); }, 0.2, 3},
                    Named{"log1p", log1p, [](double x) { return std::log1p(x); }, -0.7, 3},
                    Named{"expm1", expm1, [](double x) { return std::expm1(x); }, -2, 2},
                    Named{"sqrt", sqrt, [](double x) { return std::sqrt(x); }, 0.2, 3},
                    Named{"rsqrt", rsqrt, [](double x) { return 1 / std::sqrt(x); }, 0.3, 3},
                    Named{"square", square, [](double x) { return x * x; }, -2, 2},
                    Named{"abs below 0", abs, [](double x) { return std::abs(x); }, -2, -0.1},
                    Named{"abs above 0", abs, [](double x) { return std::abs(x); }, 0.1, 2},
                    Named{"sign", sign, [](double x) { return x < 0 ? -1.0 : 1.0; }, -2, 2},
                    Named{"reciprocal", reciprocal, [](double x) { return 1 / x; }, 0.3, 3},
                    Named{"tanh", tanh, [](double x) { return std::tanh(x); }, -3, 3},
                    Named{"sigmoid", sigmoid, [](double x) { return 1 / (1 + std::exp(-x)); }, -4, 4},
                    Named{"sin", sin, [](double x) { return std::sin(x); }, -4, 4},
                    Named{"cos", cos, [](double x) { return std::cos(x); }, -4, 4},
                    Named{"negative", operator-, [](double x) { return -x; }, -2, 2});
}

Named any_step_function() {
    return GENERATE(Named{"floor", floor, [](double x) { return std::floor(x); }, -3, 3},
                    Named{"ceil", ceil, [](double x) { return std::ceil(x); }, -3, 3},
                    Named{"round", round, [](double x) { return std::nearbyint(x); }, -3, 3});
}

void agrees(const Named& f, const Shape& shape) {
    INFO(f.name << " of " << shape);
    const Tensor x = sample(shape, 1, f.low, f.high), single = convert(x, float32);
    const Tensor y = f.op(x), z = f.op(single);
    REQUIRE(y.shape() == shape);
    CHECK(y.dtype() == float64);
    CHECK(z.dtype() == float32);
    for (int64_t i = 0; i < y.size(); ++i) {
        CHECK(value(y, i) == Approx(f.on_number(value(x, i))).epsilon(1e-13).margin(1e-15));
        CHECK(value(z, i) == Approx(f.on_number(value(single, i))).epsilon(1e-6).margin(1e-7));
    }
}

}  // namespace

TEST_CASE("Functions agree with std:: on every length of the SIMD tail", "[ops][functions]") {
    const Shape shape = GENERATE(Shape{}, Shape{1}, Shape{7}, Shape{3, 11}, Shape{0, 4});
    SECTION("smooth ones") {
        agrees(any_smooth_function(), shape);
    }
    SECTION("steps") {
        agrees(any_step_function(), shape);
    }
}

TEST_CASE("Functions have right first and second derivatives", "[ops][functions][gradients]") {
    const Named f = any_smooth_function();
    const Shape shape = GENERATE(Shape{}, Shape{5}, Shape{2, 3}, Shape{0, 2});
    INFO(f.name);
    check_derivatives([&](const std::vector<Tensor>& x) { return f.op(x[0]); },
                      {sample(shape, 2, f.low, f.high)});
}

TEST_CASE("Chains of functions have right first and second derivatives", "[ops][functions][gradients]") {
    using One = Tensor (*)(const Tensor&);
    const One f = GENERATE(
        as<One>{}, [](const Tensor& x) { return tanh(exp(x)) * x; },
        [](const Tensor& x) { return sigmoid(square(x)); }, [](const Tensor& x) { return log(1 + exp(x)); },
        [](const Tensor& x) { return sqrt(1 + square(x)); },
        [](const Tensor& x) { return rsqrt(2 + tanh(x)); },
        [](const Tensor& x) { return reciprocal(3 + sin(x)); },
        [](const Tensor& x) { return expm1(tanh(x)) / (2 + cos(x)); });
    check_derivatives([&](const std::vector<Tensor>& x) { return f(x[0]); }, {sample({2, 2}, 3)});
}

TEST_CASE("Third derivatives follow by themselves", "[ops][functions][gradients]") {
    const double at = 0.3;
    const Tensor x = Tensor::scalar(at, float64);
    const auto derivative = [](const auto& f, const Tensor& v) {
        GradientTape tape;
        tape.watch(v);
        return tape.gradient(f(v), v);
    };
    const auto first = [&](const Tensor& v) {
        return derivative([](const Tensor& u) { return tanh(u); }, v);
    };
    const auto second = [&](const Tensor& v) { return derivative(first, v); };
    const double y = std::tanh(at), slope = 1 - y * y;
    CHECK(derivative(second, x).item<double>() == Approx(slope * (6 * y * y - 2)).epsilon(1e-12));
}

TEST_CASE("round goes to the even neighbour of a half", "[ops][functions]") {
    CHECK(values(round(Tensor::from({0.5f, 1.5f, 2.5f, -0.5f, -1.5f}))) ==
          std::vector<double>{0, 2, 2, 0, -2});
}

TEST_CASE("sign of 0 is 0 and of not-a-number is not a number", "[ops][functions]") {
    const Tensor y = sign(Tensor::from({0.f, -0.f, std::numeric_limits<float>::quiet_NaN()}));
    CHECK(value(y, 0) == 0);
    CHECK(value(y, 1) == 0);
    CHECK(std::isnan(value(y, 2)));
}

TEST_CASE("Functions keep to what TensorFlow does at the edge of their domain", "[ops][functions]") {
    const double infinity = std::numeric_limits<double>::infinity();
    CHECK(log(Tensor::scalar(0)).item<double>() == -infinity);
    CHECK(std::isnan(log(Tensor::scalar(-1)).item<double>()));
    CHECK(std::isnan(sqrt(Tensor::scalar(-1)).item<double>()));
    CHECK(tanh(Tensor::scalar(1000)).item<double>() == 1);
    CHECK(sigmoid(Tensor::scalar(-1000)).item<double>() == 0);
    CHECK(exp(Tensor::scalar(1000)).item<double>() == infinity);

    const Tensor zero = Tensor::scalar(0, float64);
    GradientTape tape({.persistent = true});
    tape.watch(zero);
    CHECK(tape.gradient(sqrt(zero), zero).item<double>() == infinity);
    CHECK(tape.gradient(abs(zero), zero).item<double>() == 0);
    CHECK(tape.gradient(sign(zero), zero).item<double>() == 0);
}

TEST_CASE("Rounding has no gradient", "[ops][functions][gradients]") {
    const Tensor x = sample({3});
    GradientTape tape({.persistent = true});
    tape.watch(x);
    CHECK_FALSE(tape.gradient(floor(x), x).defined());
    CHECK_FALSE(tape.gradient(ceil(x), x).defined());
    CHECK_FALSE(tape.gradient(round(x), x).defined());
}

TEST_CASE("Integers have the functions that stay among integers", "[ops][functions]") {
    const DType dtype = GENERATE(int32, int64);
    const Tensor x = cast(Tensor::from({-3.0, 0.0, 2.0}), dtype);
    CHECK(values(abs(x)) == std::vector<double>{3, 0, 2});
    CHECK(values(sign(x)) == std::vector<double>{-1, 0, 1});
    CHECK(values(square(x)) == std::vector<double>{9, 0, 4});
    CHECK(values(-x) == std::vector<double>{3, 0, -2});
    CHECK(values(floor(x)) == std::vector<double>{-3, 0, 2});
    CHECK(values(abs(Tensor::from({uint8_t{200}}))) == std::vector<double>{200});
    CHECK(square(x).dtype() == dtype);
}

TEST_CASE("A function whose gradient needs its result keeps that and lets go of its input",
          "[ops][functions]") {
    using One = Tensor (*)(const Tensor&);
    const One f =
        GENERATE(One{tanh}, One{sigmoid}, One{exp}, One{expm1}, One{sqrt}, One{rsqrt}, One{reciprocal});
    const Tensor source = sample({3}, 4, 0.5, 1);
    GradientTape tape;
    tape.watch(source);
    const Tensor x = source * 2;
    const Tensor y = f(x);
    CHECK(x.unique());
    CHECK_FALSE(y.unique());
}

TEST_CASE("Functions say what does not fit", "[ops][functions][errors]") {
    CHECK_THROWS_MATCHES(
        exp(zeros({2}, int32)), DTypeError,
        Message("exp: input of shape (2,) is int32; float32 or float64 is needed, cast() it"));
    CHECK_THROWS_MATCHES(square(zeros({2}, bool_)), DTypeError,
                         Message("square: input of shape (2,) is bool; numbers are needed, cast() it"));
    CHECK_THROWS_MATCHES(tanh(Tensor()), ValueError,
                         Message("tanh: input is an undefined tensor; give it a value first, for instance by "
                                 "zeros(shape)"));
    CHECK_THROWS_AS(round(zeros({2}, bool_)), DTypeError);
    CHECK_THROWS_AS(abs(Tensor()), ValueError);
}
