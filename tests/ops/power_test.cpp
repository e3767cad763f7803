#include "ops/support.hpp"

#include <keratin/autograd/tape.hpp>
#include <keratin/ops/elementwise.hpp>

#include <limits>

using namespace keratin;
using namespace keratin::test;

TEST_CASE("pow agrees with std::pow under broadcasting", "[ops][pow]") {
    const auto [shape_a, shape_b, shape] = GENERATE(table<Shape, Shape, Shape>(
        {{{2, 3}, {2, 3}, {2, 3}}, {{2, 1}, {3}, {2, 3}}, {{}, {4}, {4}}, {{0, 2}, {2}, {0, 2}}}));
    const Tensor a = sample(shape_a, 1, 0.1, 3), b = sample(shape_b, 2, -3, 3);
    const Tensor y = pow(a, b);
    REQUIRE(y.shape() == shape);
    for (int64_t i = 0; i < y.size(); ++i)
        CHECK(value(y, i) == Approx(std::pow(value(a, broadcast_source(shape_a, shape, i)),
                                             value(b, broadcast_source(shape_b, shape, i))))
                                 .epsilon(1e-13));
}

TEST_CASE("pow with a C++ number agrees with std::pow", "[ops][pow]") {
    const double exponent = GENERATE(0.0, 1.0, 2.0, 3.0, 4.0, 5.0, -1.0, -2.0, 0.5, -0.5, 2.5, -1.75);
    const Tensor x = sample({7}, 3, 0.2, 3);
    const Tensor y = pow(x, exponent), z = pow(exponent, x);
    for (int64_t i = 0; i < x.size(); ++i) {
        CHECK(value(y, i) == Approx(std::pow(value(x, i), exponent)).epsilon(1e-14));
        if (exponent >= 0) CHECK(value(z, i) == Approx(std::pow(exponent, value(x, i))).epsilon(1e-14));
    }
}

TEST_CASE("Small whole exponents are products", "[ops][pow]") {
    const Tensor x = Tensor::from({-3.f, 0.1f, 7.f});
    for (int64_t i = 0; i < 3; ++i) {
        const float v = x.data<float>()[static_cast<size_t>(i)];
        CHECK(pow(x, 2).data<float>()[static_cast<size_t>(i)] == v * v);
        CHECK(pow(x, 3).data<float>()[static_cast<size_t>(i)] == v * v * v);
        CHECK(pow(x, 4.0).data<float>()[static_cast<size_t>(i)] == (v * v) * (v * v));
        CHECK(pow(x, 1).data<float>()[static_cast<size_t>(i)] == v);
        CHECK(pow(x, 0).data<float>()[static_cast<size_t>(i)] == 1.f);
    }
}

TEST_CASE("pow has right first and second derivatives in both inputs", "[ops][pow][gradients]") {
    const auto [shape_a, shape_b] = GENERATE(table<Shape, Shape>({{{2, 3}, {2, 3}},
                                                                  {{2, 3}, {3}},
                                                                  {{2, 1}, {1, 3}},
                                                                  {{}, {4}},
                                                                  {{4}, {}},
                                                                  {{2, 1, 2}, {2, 3, 1}},
                                                                  {{0}, {1}}}));
    check_derivatives([](const std::vector<Tensor>& x) { return pow(x[0], x[1]); },
                      {sample(shape_a, 4, 0.3, 2), sample(shape_b, 5, -2, 3)});
}

TEST_CASE("pow with a C++ number has right first and second derivatives", "[ops][pow][gradients]") {
    const double number = GENERATE(0.0, 1.0, 2.0, 3.0, 4.0, 5.0, -1.0, -2.0, 0.5, -0.5, 2.5, -1.75);
    const Tensor x = sample({2, 3}, 6, 0.3, 2);
    check_derivatives([&](const std::vector<Tensor>& v) { return pow(v[0], number); }, {x});
    if (number > 0) check_derivatives([&](const std::vector<Tensor>& v) { return pow(number, v[0]); }, {x});
}

TEST_CASE("pow of a negative number has a derivative in the base and none in the exponent",
          "[ops][pow][gradients]") {
    const Tensor a = Tensor::from({-2.0, -3.0, 0.0}), b = Tensor::from({3.0, 2.0, 2.0});
    GradientTape tape;
    tape.watch(a);
    tape.watch(b);
    const Tensor y = pow(a, b);
    const std::vector<Tensor> gradients = tape.gradient(y, {a, b});
    CHECK(values(y) == std::vector<double>{-8, 9, 0});
    CHECK(values(gradients[0]) == std::vector<double>{12, -6, 0});
    CHECK(values(gradients[1]) == std::vector<double>{0, 0, 0});
}

TEST_CASE("pow of 0 to the power 0 is 1 with a flat derivative", "[ops][pow][gradients]") {
    const Tensor a = Tensor::from({0.0, 0.0}), b = Tensor::from({0.0, 1.0});
    GradientTape tape;
    tape.watch(a);
    const Tensor y = pow(a, b);
    CHECK(values(y) == std::vector<double>{1, 0});
    CHECK(values(tape.gradient(y, a)) == std::vector<double>{0, 1});
}

TEST_CASE("Integers have whole powers", "[ops][pow]") {
    const DType dtype = GENERATE(int32, int64, uint8);
    const Tensor base = cast(Tensor::from({2.0, 3.0, 1.0, 0.0}), dtype);
    CHECK(values(pow(base, cast(Tensor::from({7.0, 5.0, 9.0, 0.0}), dtype))) ==
          std::vector<double>{128, 243, 1, 1});
    CHECK(values(pow(base, 5)) == std::vector<double>{32, 243, 1, 0});
    CHECK_THROWS_AS(pow(base, 0.5), DTypeError);
}

TEST_CASE("pow says what does not fit", "[ops][pow][errors]") {
    CHECK_THROWS_MATCHES(
        pow(ones({2}, int32), Tensor::from({1, -2})), ValueError,
        Message("pow: an integer to the power -2 is no integer; cast() to a floating dtype"));
    CHECK_THROWS_MATCHES(pow(ones({2}), ones({2}, float64)), DTypeError,
                         Message("pow: dtypes float32 and float64 differ; cast() one of them"));
    CHECK_THROWS_AS(pow(ones({2}, int32), -3), ValueError);
    CHECK_THROWS_AS(pow(ones({2}), ones({3})), ShapeError);
    CHECK_THROWS_AS(pow(ones({2}, bool_), 2), DTypeError);
    CHECK_THROWS_AS(pow(Tensor(), 2), ValueError);
    CHECK_THROWS_AS(pow(2, Tensor()), ValueError);
}
