#include "ops/support.hpp"

#include <keratin/ops/elementwise.hpp>
#include <keratin/ops/shaping.hpp>

using namespace keratin;
using namespace keratin::test;

namespace {

struct Case {
    Shape small, large;
};

Case any_case() {
    return GENERATE(Case{{}, {2, 3}}, Case{{3}, {2, 3}}, Case{{2, 1}, {2, 3}}, Case{{1, 1}, {2, 3}},
                    Case{{2, 1, 2}, {2, 3, 2}}, Case{{1, 3, 1}, {2, 3, 2}}, Case{{2, 1, 2, 1}, {2, 3, 2, 2}},
                    Case{{3, 1}, {2, 3, 4}}, Case{{2, 3}, {2, 3}}, Case{{1}, {0}}, Case{{1, 3}, {0, 3}},
                    Case{{}, {}}, Case{{1}, {1, 1, 1}}, Case{{}, {1, 1}});
}

}  // namespace

TEST_CASE("broadcast_to repeats elements, in every dtype", "[ops][broadcast_to]") {
    const Case c = any_case();
    const DType dtype = GENERATE(float32, float64, int32, int64, uint8, bool_);
    const Tensor x = cast(sample(c.small, 1, 0, 100), dtype);
    const Tensor y = broadcast_to(x, c.large);
    REQUIRE(y.shape() == c.large);
    REQUIRE(y.dtype() == dtype);
    for (int64_t i = 0; i < y.size(); ++i)
        CHECK(value(y, i) == value(x, broadcast_source(c.small, c.large, i)));
}

TEST_CASE("sum_to adds up what broadcast_to repeated", "[ops][broadcast_to]") {
    const Case c = any_case();
    const Tensor x = sample(c.large, 2);
    const Tensor y = sum_to(x, c.small);
    REQUIRE(y.shape() == c.small);
    std::vector<double> sums(static_cast<size_t>(c.small.size()), 0);
    for (int64_t i = 0; i < x.size(); ++i)
        sums[static_cast<size_t>(broadcast_source(c.small, c.large, i))] += value(x, i);
    for (int64_t i = 0; i < y.size(); ++i)
        CHECK(value(y, i) == Approx(sums[static_cast<size_t>(i)]).epsilon(1e-13).margin(1e-14));
}

TEST_CASE("broadcast_to and sum_to are each other's derivatives", "[ops][broadcast_to][gradients]") {
    const Case c = any_case();
    check_derivatives([&](const std::vector<Tensor>& x) { return square(broadcast_to(x[0], c.large)); },
                      {sample(c.small, 3)});
    check_derivatives([&](const std::vector<Tensor>& x) { return square(sum_to(x[0], c.small)); },
                      {sample(c.large, 4)});
}

TEST_CASE("broadcast_to and sum_to say what does not fit", "[ops][broadcast_to][errors]") {
    CHECK_THROWS_MATCHES(
        broadcast_to(zeros({2, 3}), {3, 2}), ShapeError,
        Message("broadcast_to: input of shape (2, 3) does not broadcast to (3, 2); aligned at the "
                "last axis, its extents must be 1 or equal"));
    CHECK_THROWS_MATCHES(
        sum_to(zeros({2, 3}), {2}), ShapeError,
        Message("sum_to: (2,) does not broadcast to the input's shape (2, 3); aligned at the last "
                "axis, its extents must be 1 or equal"));
    CHECK_THROWS_AS(broadcast_to(zeros({2, 3}), {3}), ShapeError);
    CHECK_THROWS_AS(broadcast_to(zeros({3}), {-1, 3}), ShapeError);
    CHECK_THROWS_AS(sum_to(zeros({2, 3}, bool_), {3}), DTypeError);
    CHECK_THROWS_AS(broadcast_to(Tensor(), {3}), ValueError);
    CHECK_THROWS_AS(sum_to(Tensor(), {3}), ValueError);
}
