#include "ops/support.hpp"

#include <keratin/ops/elementwise.hpp>

#include <limits>

using namespace keratin;
using namespace keratin::test;

namespace {

struct Comparison {
    const char* name;
    Tensor (*op)(const Tensor&, const Tensor&);
    Tensor (*with_number)(const Tensor&, Scalar);
    bool (*on_numbers)(double, double);
};

Comparison any_comparison() {
    return GENERATE(
        Comparison{"equal", equal, operator==, [](double a, double b) { return a == b; }},
        Comparison{"not_equal", not_equal, operator!=, [](double a, double b) { return a != b; }},
        Comparison{"less", less, operator<, [](double a, double b) { return a < b; }},
        Comparison{"less_equal", less_equal, operator<=, [](double a, double b) { return a <= b; }},
        Comparison{"greater", greater, operator>, [](double a, double b) { return a > b; }},
        Comparison{"greater_equal", greater_equal, operator>=, [](double a, double b) { return a >= b; }});
}

}  // namespace

TEST_CASE("Comparisons broadcast and give bool tensors, in every dtype", "[ops][comparison]") {
    const Comparison f = any_comparison();
    const DType dtype = GENERATE(float32, float64, int32, int64, uint8, bool_);
    const auto [shape_a, shape_b, shape] =
        GENERATE(table<Shape, Shape, Shape>({{{3, 7}, {3, 7}, {3, 7}},
                                             {{3, 7}, {7}, {3, 7}},
                                             {{3, 1}, {7}, {3, 7}},
                                             {{2, 3, 2}, {2, 1, 2}, {2, 3, 2}},
                                             {{}, {5}, {5}},
                                             {{0, 3}, {3}, {0, 3}}}));
    const Tensor a = cast(floor(sample(shape_a, 1, 0, 3)), dtype);
    const Tensor b = cast(floor(sample(shape_b, 2, 0, 3)), dtype);
    const Tensor y = f.op(a, b);
    INFO(f.name << " " << shape_a << " " << shape_b << " " << dtype);
    REQUIRE(y.shape() == shape);
    REQUIRE(y.dtype() == bool_);
    for (int64_t i = 0; i < y.size(); ++i)
        CHECK(y.data<bool>()[static_cast<size_t>(i)] ==
              f.on_numbers(value(a, broadcast_source(shape_a, shape, i)),
                           value(b, broadcast_source(shape_b, shape, i))));
    const Tensor z = f.with_number(a, 1);
    for (int64_t i = 0; i < a.size(); ++i)
        CHECK(z.data<bool>()[static_cast<size_t>(i)] == f.on_numbers(value(a, i), 1));
}

TEST_CASE("Not a number is equal to nothing", "[ops][comparison]") {
    const Tensor x = Tensor::from({std::numeric_limits<float>::quiet_NaN()});
    CHECK_FALSE((x == x).item<bool>());
    CHECK((x != x).item<bool>());
    CHECK_FALSE((x <= x).item<bool>());
    CHECK_FALSE((x > 0).item<bool>());
}

TEST_CASE("Logical operations follow their truth tables and broadcast", "[ops][comparison]") {
    const Tensor a = Tensor::from(std::vector<bool>{false, true}, {2, 1});
    const Tensor b = Tensor::from(std::vector<bool>{false, true}, {2});
    CHECK(values(logical_and(a, b)) == std::vector<double>{0, 0, 0, 1});
    CHECK(values(logical_or(a, b)) == std::vector<double>{0, 1, 1, 1});
    CHECK(values(logical_not(a)) == std::vector<double>{1, 0});
    CHECK(logical_and(a, b).shape() == Shape{2, 2});
    CHECK(logical_or(zeros({0}, bool_), b.view({1})).shape() == Shape{0});
}

TEST_CASE("is_finite tells numbers from infinities and from what is no number", "[ops][comparison]") {
    const float infinity = std::numeric_limits<float>::infinity();
    const Tensor x = Tensor::from({1.f, infinity, -infinity, std::numeric_limits<float>::quiet_NaN(), 0.f});
    CHECK(values(is_finite(x)) == std::vector<double>{1, 0, 0, 0, 1});
    CHECK(values(is_finite(Tensor::from({1, 2}))) == std::vector<double>{1, 1});
}

TEST_CASE("Comparisons say what does not fit", "[ops][comparison][errors]") {
    CHECK_THROWS_MATCHES(zeros({2}) < zeros({2}, int32), DTypeError,
                         Message("less: dtypes float32 and int32 differ; cast() one of them"));
    CHECK_THROWS_AS(zeros({2}) == zeros({3}), ShapeError);
    CHECK_THROWS_MATCHES(
        logical_and(zeros({2}), zeros({2}, bool_)), DTypeError,
        Message("logical_and: the first input of shape (2,) is float32; bool is needed, compare it "
                "or cast() it"));
    CHECK_THROWS_AS(logical_not(zeros({2}, uint8)), DTypeError);
    CHECK_THROWS_AS(zeros({2}, int32) > 0.5, DTypeError);
    CHECK_THROWS_AS(equal(Tensor(), zeros({2})), ValueError);
    CHECK_THROWS_AS(Tensor() == 1, ValueError);
    CHECK_THROWS_AS(logical_or(Tensor(), Tensor()), ValueError);
    CHECK_THROWS_AS(is_finite(Tensor()), ValueError);
}
