#include "ops/support.hpp"

#include <keratin/autograd/tape.hpp>
#include <keratin/ops/elementwise.hpp>

#include <limits>

using namespace keratin;
using namespace keratin::test;

namespace {

struct Shapes {
    Shape a, b, result;
};

/// Same shape, scalar, row, column, both repeated, and layouts of three and more runs.
Shapes any_shapes() {
    return GENERATE(
        Shapes{{2, 3}, {2, 3}, {2, 3}}, Shapes{{5}, {5}, {5}}, Shapes{{}, {}, {}}, Shapes{{2, 3}, {}, {2, 3}},
        Shapes{{}, {2, 3}, {2, 3}}, Shapes{{2, 3}, {3}, {2, 3}}, Shapes{{3}, {2, 3}, {2, 3}},
        Shapes{{2, 3}, {2, 1}, {2, 3}}, Shapes{{2, 1}, {1, 3}, {2, 3}}, Shapes{{2, 1, 3}, {2, 1}, {2, 2, 3}},
        Shapes{{2, 3, 2}, {3, 1}, {2, 3, 2}}, Shapes{{2, 3, 2}, {2, 1, 2}, {2, 3, 2}},
        Shapes{{2, 1, 2}, {2, 3, 1}, {2, 3, 2}}, Shapes{{2, 1, 2, 1}, {1, 3, 1, 2}, {2, 3, 2, 2}},
        Shapes{{1}, {1}, {1}}, Shapes{{1, 1}, {3}, {1, 3}}, Shapes{{3, 1, 1}, {1, 1, 2}, {3, 1, 2}},
        Shapes{{0, 3}, {3}, {0, 3}}, Shapes{{2, 0}, {2, 1}, {2, 0}}, Shapes{{0}, {1}, {0}});
}

struct Op {
    const char* name;
    Tensor (*op)(const Tensor&, const Tensor&);
    double (*on_numbers)(double, double);
    bool integers;
};

Op any_op() {
    return GENERATE(Op{"add", add, [](double a, double b) { return a + b; }, true},
                    Op{"subtract", subtract, [](double a, double b) { return a - b; }, true},
                    Op{"multiply", multiply, [](double a, double b) { return a * b; }, true},
                    Op{"divide", divide, [](double a, double b) { return a / b; }, false},
                    Op{"maximum", maximum, [](double a, double b) { return a > b ? a : b; }, true},
                    Op{"minimum", minimum, [](double a, double b) { return a < b ? a : b; }, true});
}

}  // namespace

TEST_CASE("Arithmetic broadcasts as a loop over every index does, in every dtype", "[ops][arithmetic]") {
    const Op op = any_op();
    const Shapes shapes = any_shapes();
    const DType dtype = GENERATE(float32, float64, int32, int64, uint8);
    if (!is_floating(dtype) && !op.integers) return;
    // Small whole numbers and eighths: exact in every dtype, so the results are as well.
    const double unit = is_floating(dtype) && op.integers ? 0.125 : 1;
    const auto numbers = [&](const Shape& shape, uint64_t seed, double low) {
        Tensor x = round(sample(shape, seed, low, low + 9));
        return cast(x * unit, dtype);
    };
    const Tensor a = numbers(shapes.a, 1, 11), b = numbers(shapes.b, 2, 2);
    const Tensor y = op.op(a, b);
    INFO(op.name << " " << shapes.a << " " << shapes.b << " " << dtype);
    CHECK(y.shape() == shapes.result);
    CHECK(y.dtype() == dtype);
    for (int64_t i = 0; i < y.size(); ++i) {
        const double expected = op.on_numbers(value(a, broadcast_source(shapes.a, shapes.result, i)),
                                              value(b, broadcast_source(shapes.b, shapes.result, i)));
        CHECK(value(y, i) == (dtype == float32 ? static_cast<float>(expected) : expected));
    }
}

TEST_CASE("Arithmetic has right first and second derivatives for every form of broadcasting",
          "[ops][arithmetic][gradients]") {
    const Op op = any_op();
    const Shapes shapes = any_shapes();
    INFO(op.name << " " << shapes.a << " " << shapes.b);
    check_derivatives([&](const std::vector<Tensor>& x) { return op.op(x[0], x[1]); },
                      {sample(shapes.a, 3), sample(shapes.b, 4, 0.5, 2)});
}

TEST_CASE("A tensor meets itself", "[ops][arithmetic][gradients]") {
    const Tensor x = sample({2, 3}, 5, 0.5, 2);
    check_derivatives([](const std::vector<Tensor>& v) { return v[0] * v[0] + v[0] / v[0] - v[0] * 3; }, {x});
}

TEST_CASE("Large tensors broadcast as small ones do", "[ops][arithmetic]") {
    const auto [shape_a, shape_b] = GENERATE(table<Shape, Shape>({{{70, 129}, {129}},
                                                                  {{70, 129}, {70, 1}},
                                                                  {{9, 1, 301}, {9, 17, 1}},
                                                                  {{9001}, {}},
                                                                  {{3, 100, 7}, {3, 1, 7}}}));
    const Tensor a = cast(sample(shape_a, 6), float32), b = cast(sample(shape_b, 7), float32);
    const Tensor y = a * b;
    int64_t wrong = 0;
    for (int64_t i = 0; i < y.size(); ++i) {
        const auto left = a.data<float>()[static_cast<size_t>(broadcast_source(shape_a, y.shape(), i))];
        const auto right = b.data<float>()[static_cast<size_t>(broadcast_source(shape_b, y.shape(), i))];
        wrong += y.data<float>()[static_cast<size_t>(i)] != left * right;
    }
    CHECK(wrong == 0);
}

TEST_CASE("A C++ number takes the tensor's dtype", "[ops][arithmetic]") {
    const DType dtype = GENERATE(float32, float64, int32, int64, uint8);
    const Tensor x = cast(Tensor::from({6.0, 4.0, 9.0}), dtype);
    CHECK((x + 2).dtype() == dtype);
    CHECK(values(x + 2) == std::vector<double>{8, 6, 11});
    CHECK(values(2 + x) == std::vector<double>{8, 6, 11});
    CHECK(values(x - 2) == std::vector<double>{4, 2, 7});
    CHECK(values(10 - x) == std::vector<double>{4, 6, 1});
    CHECK(values(x * 3) == std::vector<double>{18, 12, 27});
    CHECK(values(3.0 * x) == std::vector<double>{18, 12, 27});
    CHECK(values(affine(x, 2, 1)) == std::vector<double>{13, 9, 19});
    CHECK(values(maximum(x, 5)) == std::vector<double>{6, 5, 9});
    CHECK(values(minimum(x, 5)) == std::vector<double>{5, 4, 5});
    if (is_floating(dtype)) {
        CHECK(values(x / 2) == std::vector<double>{3, 2, 4.5});
        CHECK(values(36 / x) == std::vector<double>{6, 9, 4});
        CHECK(values(-x) == std::vector<double>{-6, -4, -9});
    }
}

TEST_CASE("Arithmetic with a C++ number has right first and second derivatives",
          "[ops][arithmetic][gradients]") {
    using One = Tensor (*)(const Tensor&);
    const One f = GENERATE(
        as<One>{}, [](const Tensor& x) { return x + 2.5; }, [](const Tensor& x) { return 2.5 + x; },
        [](const Tensor& x) { return x - 2.5; }, [](const Tensor& x) { return 2.5 - x; },
        [](const Tensor& x) { return x * -3; }, [](const Tensor& x) { return -3 * x; },
        [](const Tensor& x) { return x / 4; }, [](const Tensor& x) { return 4 / x; },
        [](const Tensor& x) { return -x; }, [](const Tensor& x) { return affine(x, -2, 0.5); },
        [](const Tensor& x) { return maximum(x, 1.25); }, [](const Tensor& x) { return minimum(x, 1.25); });
    const Shape shape = GENERATE(Shape{}, Shape{7}, Shape{2, 3}, Shape{0, 2});
    check_derivatives([&](const std::vector<Tensor>& x) { return f(x[0]); }, {sample(shape, 8, 0.5, 2)});
}

TEST_CASE("The gradient of maximum and minimum goes to the first where both are equal",
          "[ops][arithmetic][gradients]") {
    const Tensor a = Tensor::from({1.f, 2.f, 3.f}), b = Tensor::from({2.f, 2.f, 2.f});
    GradientTape tape({.persistent = true});
    tape.watch(a);
    tape.watch(b);
    const Tensor larger = maximum(a, b), smaller = minimum(a, b);
    CHECK(values(tape.gradient(larger, a)) == std::vector<double>{0, 1, 1});
    CHECK(values(tape.gradient(larger, b)) == std::vector<double>{1, 0, 0});
    CHECK(values(tape.gradient(smaller, a)) == std::vector<double>{1, 1, 0});
    CHECK(values(tape.gradient(smaller, b)) == std::vector<double>{0, 0, 1});
}

TEST_CASE("Not a number stays not a number", "[ops][arithmetic]") {
    const float nan = std::numeric_limits<float>::quiet_NaN();
    const Tensor a = Tensor::from({nan, 1.f}), b = Tensor::from({1.f, nan});
    for (const Tensor& y : {a + b, a * b, a / b, maximum(a, b), minimum(a, b)}) {
        CHECK(std::isnan(value(y, 0)));
        CHECK(std::isnan(value(y, 1)));
    }
}

TEST_CASE("Integers wrap around", "[ops][arithmetic]") {
    const Tensor top = Tensor::from({std::numeric_limits<int64_t>::max()});
    CHECK((top + 1).item<int64_t>() == std::numeric_limits<int64_t>::min());
    CHECK((Tensor::from({uint8_t{200}}) * uint8_t{2}).item<int>() == 144);
    CHECK((Tensor::from({uint8_t{3}}) - 5).item<int>() == 254);
}

TEST_CASE("A multiplication keeps only what the gradients asked for need", "[ops][arithmetic]") {
    const Tensor x = sample({3}), followed = sample({3});
    GradientTape tape;
    tape.watch(followed);
    const Tensor a = x * 2.0, b = followed * 2.0;
    const Tensor y = a * b;
    CHECK(b.unique());        // only the gradient of a would need it, and nobody follows a
    CHECK_FALSE(a.unique());  // the gradient of b does
}

TEST_CASE("Arithmetic says what does not fit", "[ops][arithmetic][errors]") {
    const Tensor x = zeros({2, 3}), whole = zeros({2, 3}, int32), truth = zeros({2}, bool_);
    CHECK_THROWS_MATCHES(x * whole, DTypeError,
                         Message("multiply: dtypes float32 and int32 differ; cast() one of them"));
    CHECK_THROWS_MATCHES(
        x + zeros({2, 4}), ShapeError,
        Message("add: shapes (2, 3) and (2, 4) do not broadcast; aligned at the last axis, two "
                "extents must be equal or one of them 1"));
    CHECK_THROWS_MATCHES(
        whole / whole, DTypeError,
        Message("divide: input of shape (2, 3) is int32; float32 or float64 is needed, cast() it"));
    CHECK_THROWS_MATCHES(truth + truth, DTypeError,
                         Message("add: input of shape (2,) is bool; numbers are needed, cast() it"));
    CHECK_THROWS_MATCHES(
        whole * 1.5, DTypeError,
        Message("multiply: the number 1.5 meets a tensor of int32; cast() the tensor to a floating "
                "dtype"));
    CHECK_THROWS_MATCHES(
        zeros({1}, uint8) + 300, ValueError,
        Message("add: the number 300 is outside the range of uint8; cast() the tensor to a wider "
                "dtype"));
    CHECK_THROWS_AS(whole + std::numeric_limits<double>::infinity(), ValueError);
    CHECK_THROWS_AS(whole + std::numeric_limits<double>::quiet_NaN(), DTypeError);
    CHECK_THROWS_MATCHES(
        Tensor() + x, ValueError,
        Message("add: the first input is an undefined tensor; give it a value first, for instance "
                "by zeros(shape)"));
    CHECK_THROWS_AS(x - Tensor(), ValueError);
    CHECK_THROWS_AS(Tensor() * 2, ValueError);
    CHECK_THROWS_AS(2 / Tensor(), ValueError);
    CHECK_THROWS_AS(-Tensor(), ValueError);
}
