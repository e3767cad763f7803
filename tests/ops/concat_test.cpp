#include "ops/support.hpp"

#include <keratin/autograd/tape.hpp>
#include <keratin/ops/elementwise.hpp>
#include <keratin/ops/shaping.hpp>

using namespace keratin;
using namespace keratin::test;

namespace {

struct Case {
    std::vector<Shape> shapes;
    int axis;
    Shape result;
};

Case any_case() {
    return GENERATE(Case{{{2}, {3}}, 0, {5}}, Case{{{2, 3}, {1, 3}}, 0, {3, 3}},
                    Case{{{2, 3}, {2, 1}}, 1, {2, 4}}, Case{{{2, 3}, {2, 1}}, -1, {2, 4}},
                    Case{{{2, 1, 2}, {2, 3, 2}, {2, 1, 2}}, 1, {2, 5, 2}}, Case{{{2, 2}}, 0, {2, 2}},
                    Case{{{0, 2}, {1, 2}}, 0, {1, 2}}, Case{{{2, 0}, {2, 0}}, 0, {4, 0}},
                    Case{{{2, 1, 2}, {2, 1, 2}}, -3, {4, 1, 2}});
}

std::vector<Tensor> samples(const std::vector<Shape>& shapes) {
    std::vector<Tensor> tensors;
    for (const Shape& shape : shapes) tensors.push_back(sample(shape, tensors.size() + 1, 0, 100));
    return tensors;
}

}  // namespace

TEST_CASE("concat joins along any axis, in every dtype", "[ops][concat]") {
    const Case c = any_case();
    const DType dtype = GENERATE(float32, float64, int32, int64, uint8, bool_);
    std::vector<Tensor> parts = samples(c.shapes);
    for (Tensor& part : parts) part = cast(part, dtype);
    const Tensor y = concat(parts, c.axis);
    REQUIRE(y.shape() == c.result);
    REQUIRE(y.dtype() == dtype);
    const int axis = c.result.normalize_axis(c.axis, "test");
    for (int64_t i = 0; i < y.size(); ++i) {
        std::vector<int64_t> index = index_of(c.result, i);
        int64_t& place = index[static_cast<size_t>(axis)];
        size_t part = 0;
        for (; place >= parts[part].shape()[axis]; ++part) place -= parts[part].shape()[axis];
        CHECK(value(y, i) == value(parts[part], number_of(parts[part].shape(), index)));
    }
}

TEST_CASE("concat has right first and second derivatives in every part", "[ops][concat][gradients]") {
    const Case c = any_case();
    std::vector<Tensor> parts = samples(c.shapes);
    for (Tensor& part : parts) part = part * 0.01;
    check_derivatives([&](const std::vector<Tensor>& x) { return square(concat(x, c.axis)); }, parts);
}

TEST_CASE("stack joins along a new axis", "[ops][concat]") {
    const auto [axis, result] = GENERATE(table<int, Shape>(
        {{0, {2, 3, 2}}, {1, {3, 2, 2}}, {2, {3, 2, 2}}, {-1, {3, 2, 2}}, {-3, {2, 3, 2}}}));
    const Tensor a = sample({3, 2}, 1), b = sample({3, 2}, 2);
    const Tensor y = stack({a, b}, axis);
    REQUIRE(y.shape() == result);
    const auto place = static_cast<size_t>(result.normalize_axis(axis, "test"));
    for (int64_t i = 0; i < y.size(); ++i) {
        std::vector<int64_t> index = index_of(result, i);
        const bool second = index[place] == 1;
        index.erase(index.begin() + static_cast<std::ptrdiff_t>(place));
        CHECK(value(y, i) == value(second ? b : a, number_of({3, 2}, index)));
    }
    const int along = axis;
    check_derivatives([&](const std::vector<Tensor>& x) { return square(stack(x, along)); }, {a, b});
}

TEST_CASE("A tensor joined with itself gathers the gradient of every place", "[ops][concat][gradients]") {
    check_derivatives(
        [](const std::vector<Tensor>& x) {
            return square(concat({x[0], 2 * x[0], x[0]}, 1));
        },
        {sample({2, 2})});
}

TEST_CASE("concat and stack say what does not fit", "[ops][concat][errors]") {
    CHECK_THROWS_MATCHES(
        concat({zeros({2, 3}), zeros({2, 4})}, 0), ShapeError,
        Message("concat: shapes (2, 3) and (2, 4) differ in more than axis 0; they must agree "
                "elsewhere"));
    CHECK_THROWS_MATCHES(concat({zeros({2}), zeros({2}, int32)}), DTypeError,
                         Message("concat: dtypes float32 and int32 differ; cast() one of them"));
    CHECK_THROWS_MATCHES(concat(std::vector<Tensor>()), ValueError,
                         Message("concat: no tensors were given; at least one is needed"));
    CHECK_THROWS_MATCHES(stack({zeros({2}), zeros({3})}), ShapeError,
                         Message("stack: shapes (2,) and (3,) differ; all must be the same"));
    CHECK_THROWS_AS(concat({zeros({2, 3}), zeros({2})}), ShapeError);
    CHECK_THROWS_AS(concat({zeros({2})}, 1), ShapeError);
    CHECK_THROWS_AS(concat({Tensor::scalar(1)}), ShapeError);
    CHECK_THROWS_AS(concat({zeros({2}), Tensor()}), ValueError);
    CHECK_THROWS_AS(stack({Tensor()}), ValueError);
    CHECK_THROWS_AS(stack({zeros({2})}, 2), ShapeError);
}
