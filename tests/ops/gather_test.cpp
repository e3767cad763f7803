#include "ops/support.hpp"

#include <keratin/ops/elementwise.hpp>
#include <keratin/ops/shaping.hpp>

using namespace keratin;
using namespace keratin::test;

namespace {

struct Case {
    Shape shape;
    Tensor indices;
    int axis;
    Shape result;
};

Case any_case() {
    return GENERATE(
        Case{{4}, Tensor::from({3, 0, 3}), 0, {3}}, Case{{4, 2}, Tensor::from({1, 2, 2, 0}), 0, {4, 2}},
        Case{{2, 3}, Tensor::from({2, 2, 1, 0}, {2, 2}), 1, {2, 2, 2}},
        Case{{2, 3}, Tensor::from({int64_t{1}}), -1, {2, 1}},
        Case{{2, 3, 2}, Tensor::from({2, 0}), 1, {2, 2, 2}}, Case{{4, 2}, Tensor::scalar(2, int32), 0, {2}},
        Case{{4, 2}, zeros({0}, int64), 0, {0, 2}}, Case{{3, 0}, Tensor::from({1, 2}), 0, {2, 0}});
}

/// The element of x that stands at element i of gather(x, c.indices, c.axis).
int64_t source(const Case& c, int64_t i) {
    const std::vector<int64_t> index = index_of(c.result, i);
    const int axis = c.shape.normalize_axis(c.axis, "test");
    const auto first = index.begin() + axis, last = first + c.indices.rank();
    std::vector<int64_t> own(index.begin(), first);
    own.push_back(static_cast<int64_t>(value(c.indices, number_of(c.indices.shape(), {first, last}))));
    own.insert(own.end(), last, index.end());
    return number_of(c.shape, own);
}

}  // namespace

TEST_CASE("gather picks along any axis, in every dtype", "[ops][gather]") {
    const Case c = any_case();
    const DType dtype = GENERATE(float32, float64, int32, int64, uint8, bool_);
    const Tensor x = cast(sample(c.shape, 1, 0, 100), dtype);
    const Tensor y = gather(x, c.indices, c.axis);
    REQUIRE(y.shape() == c.result);
    REQUIRE(y.dtype() == dtype);
    for (int64_t i = 0; i < y.size(); ++i) CHECK(value(y, i) == value(x, source(c, i)));
}

TEST_CASE("scatter_add adds what gather picked", "[ops][gather]") {
    const Case c = any_case();
    const DType dtype = GENERATE(float32, float64, int32, int64, uint8);
    const Tensor x = cast(floor(sample(c.result, 2, 0, 20)), dtype);
    const Tensor y = scatter_add(x, c.indices, c.shape, c.axis);
    REQUIRE(y.shape() == c.shape);
    std::vector<double> sums(static_cast<size_t>(c.shape.size()), 0);
    for (int64_t i = 0; i < x.size(); ++i) sums[static_cast<size_t>(source(c, i))] += value(x, i);
    CHECK(values(y) == sums);
}

TEST_CASE("gather and scatter_add have right first and second derivatives", "[ops][gather][gradients]") {
    const Case c = any_case();
    check_derivatives([&](const std::vector<Tensor>& x) { return square(gather(x[0], c.indices, c.axis)); },
                      {sample(c.shape, 3)});
    check_derivatives(
        [&](const std::vector<Tensor>& x) { return square(scatter_add(x[0], c.indices, c.shape, c.axis)); },
        {sample(c.result, 4)});
}

TEST_CASE("one_hot marks the index along a new last axis, and nothing for one outside", "[ops][gather]") {
    const DType dtype = GENERATE(float32, float64, int32, int64, uint8, bool_);
    const Tensor y = one_hot(Tensor::from({1, 0, -1, 3}, {2, 2}), 3, dtype);
    CHECK(y.dtype() == dtype);
    CHECK(y.shape() == Shape{2, 2, 3});
    CHECK(values(y) == std::vector<double>{0, 1, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0});
    CHECK(one_hot(Tensor::from({uint8_t{1}}), 2).dtype() == float32);
    CHECK(one_hot(Tensor::from({1}), 0).shape() == Shape{1, 0});
}

TEST_CASE("gather and its kin say what does not fit", "[ops][gather][errors]") {
    const Tensor x = zeros({4, 2});
    CHECK_THROWS_MATCHES(gather(x, Tensor::from({4})), ValueError,
                         Message("gather: index 4 is outside an axis of extent 4; indices count from 0"));
    CHECK_THROWS_MATCHES(gather(x, Tensor::from({-1})), ValueError,
                         Message("gather: index -1 is outside an axis of extent 4; indices count from 0"));
    CHECK_THROWS_MATCHES(
        gather(x, zeros({2})), DTypeError,
        Message("gather: indices of shape (2,) are float32; int32 or int64 is needed, cast() them"));
    CHECK_THROWS_AS(gather(x, Tensor::from({0}), 2), ShapeError);
    CHECK_THROWS_AS(gather(Tensor(), Tensor::from({0})), ValueError);
    CHECK_THROWS_AS(gather(x, Tensor()), ValueError);
    CHECK_THROWS_MATCHES(
        scatter_add(x, Tensor::from({0}), {4, 2}), ShapeError,
        Message("scatter_add: input of shape (4, 2) cannot be added to shape (4, 2) at indices of "
                "shape (1,); it needs shape (1, 2)"));
    CHECK_THROWS_AS(scatter_add(zeros({1, 2}), Tensor::from({4}), {4, 2}), ValueError);
    CHECK_THROWS_AS(scatter_add(zeros({1}, bool_), Tensor::from({0}), {4}), DTypeError);
    CHECK_THROWS_MATCHES(
        one_hot(zeros({2}), 3), DTypeError,
        Message("one_hot: indices of shape (2,) are float32; integers are needed, cast() them"));
    CHECK_THROWS_MATCHES(one_hot(Tensor::from({1}), -1), ValueError,
                         Message("one_hot: depth -1 is negative; use 0 or more"));
    CHECK_THROWS_AS(one_hot(Tensor(), 3), ValueError);
}
