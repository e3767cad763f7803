#include <keratin/ops/matmul.hpp>

#include "ops/support.hpp"

#include <keratin/autograd/tape.hpp>
#include <keratin/ops/elementwise.hpp>
#include <keratin/ops/shaping.hpp>

using namespace keratin;
using namespace keratin::test;

namespace {

struct Case {
    Shape batch_a, batch_b;
    int64_t m, k, n;
    Shape batch;
};

Case any_case() {
    return GENERATE(Case{{}, {}, 2, 3, 4, {}}, Case{{}, {}, 1, 1, 1, {}}, Case{{}, {}, 1, 5, 1, {}},
                    Case{{2}, {2}, 2, 3, 2, {2}}, Case{{2}, {}, 3, 2, 2, {2}}, Case{{}, {2}, 2, 2, 3, {2}},
                    Case{{2, 1}, {1, 2}, 2, 1, 2, {2, 2}}, Case{{1}, {3}, 1, 2, 2, {3}},
                    Case{{2, 2}, {2}, 1, 2, 1, {2, 2}}, Case{{}, {}, 2, 0, 3, {}}, Case{{}, {}, 0, 2, 3, {}},
                    Case{{2}, {}, 2, 0, 2, {2}}, Case{{0}, {1}, 2, 2, 2, {0}});
}

MatmulOptions any_options() {
    return GENERATE(MatmulOptions{}, MatmulOptions{.transpose_a = true}, MatmulOptions{.transpose_b = true},
                    MatmulOptions{.transpose_a = true, .transpose_b = true});
}

Shape matrix(int64_t rows, int64_t cols, bool transposed) {
    return transposed ? Shape{cols, rows} : Shape{rows, cols};
}

/// Row r and column c of a matrix within a batch that is broadcast to `batch`.
double entry(const Tensor& x, const Shape& batch, int64_t number, int64_t r, int64_t c, bool transposed) {
    const Shape own = x.shape().slice(0, -2);
    const int64_t first = broadcast_source(own, batch, number) * x.shape()[-2] * x.shape()[-1];
    return value(x, first + (transposed ? c * x.shape()[-1] + r : r * x.shape()[-1] + c));
}

}  // namespace

TEST_CASE("matmul agrees with three loops for every batch and transposition", "[ops][matmul]") {
    const Case c = any_case();
    const MatmulOptions options = any_options();
    const Tensor a = sample(c.batch_a + matrix(c.m, c.k, options.transpose_a), 1);
    const Tensor b = sample(c.batch_b + matrix(c.k, c.n, options.transpose_b), 2);
    const Tensor y = matmul(a, b, options), single = matmul(cast(a, float32), cast(b, float32), options);
    INFO(a.shape() << " " << b.shape());
    REQUIRE(y.shape() == c.batch + Shape{c.m, c.n});
    for (int64_t i = 0; i < y.size(); ++i) {
        const int64_t number = i / (c.m * c.n), row = i / c.n % c.m, col = i % c.n;
        double sum = 0;
        for (int64_t k = 0; k < c.k; ++k)
            sum += entry(a, c.batch, number, row, k, options.transpose_a) *
                   entry(b, c.batch, number, k, col, options.transpose_b);
        CHECK(value(y, i) == Approx(sum).epsilon(1e-13).margin(1e-14));
        CHECK(value(single, i) == Approx(sum).epsilon(1e-5).margin(1e-5));
    }
}

TEST_CASE("matmul has right first and second derivatives for every batch and transposition",
          "[ops][matmul][gradients]") {
    const Case c = any_case();
    const MatmulOptions options = any_options();
    check_derivatives([&](const std::vector<Tensor>& x) { return matmul(x[0], x[1], options); },
                      {sample(c.batch_a + matrix(c.m, c.k, options.transpose_a), 3),
                       sample(c.batch_b + matrix(c.k, c.n, options.transpose_b), 4)});
}

TEST_CASE("Products of products have right first and second derivatives", "[ops][matmul][gradients]") {
    check_derivatives([](const std::vector<Tensor>& x) { return matmul(tanh(matmul(x[0], x[1])), x[1]); },
                      {sample({2, 3}, 5), sample({3, 3}, 6)});
}

TEST_CASE("A matrix used twice gathers both gradients", "[ops][matmul][gradients]") {
    const Tensor w = sample({3, 3}, 7);
    check_derivatives([](const std::vector<Tensor>& x) { return matmul(x[0], x[0]); }, {w});
    check_derivatives([](const std::vector<Tensor>& x) { return matmul(x[0], x[0], {.transpose_b = true}); },
                      {w});
    check_derivatives(
        [](const std::vector<Tensor>& x) { return matmul(x[0], square(x[0])) + matmul(x[0], x[0]) * x[0]; },
        {w});
}

TEST_CASE("matmul says what does not fit", "[ops][matmul][errors]") {
    CHECK_THROWS_MATCHES(
        matmul(zeros({2, 3}), zeros({2, 3})), ShapeError,
        Message("matmul: shapes (2, 3) and (2, 3) have different inner extents; the columns of the "
                "first must be as many as the rows of the second"));
    CHECK_THROWS_MATCHES(
        matmul(zeros({2, 3}), zeros({3, 2}), {.transpose_a = true}), ShapeError,
        Message("matmul: shapes (2, 3) and (3, 2) have different inner extents after transposing; "
                "the columns of the first must be as many as the rows of the second"));
    CHECK_THROWS_MATCHES(
        matmul(zeros({3}), zeros({3, 2})), ShapeError,
        Message("matmul: shapes (3,) and (3, 2) must be of rank 2 or more; use expand_dims() on a "
                "vector"));
    CHECK_THROWS_AS(matmul(zeros({2, 2, 3}), zeros({3, 3, 2})), ShapeError);
    CHECK_THROWS_MATCHES(matmul(zeros({2, 3}), zeros({3, 2}, float64)), DTypeError,
                         Message("matmul: dtypes float32 and float64 differ; cast() one of them"));
    CHECK_THROWS_AS(matmul(zeros({2, 2}, int32), zeros({2, 2}, int32)), DTypeError);
    CHECK_THROWS_AS(matmul(Tensor(), zeros({2, 2})), ValueError);
    CHECK_THROWS_AS(matmul(zeros({2, 2}), Tensor()), ValueError);
}
