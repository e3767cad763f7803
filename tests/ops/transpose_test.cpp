#include "ops/support.hpp"

#include <keratin/ops/elementwise.hpp>
#include <keratin/ops/shaping.hpp>

using namespace keratin;
using namespace keratin::test;

namespace {

struct Case {
    Shape shape;
    std::vector<int> permutation;
    std::vector<int> order;  ///< the same, counted from the front
};

Case any_case() {
    return GENERATE(Case{{2, 3}, {}, {1, 0}}, Case{{2, 3}, {0, 1}, {0, 1}}, Case{{2, 3, 4}, {}, {2, 1, 0}},
                    Case{{2, 3, 4}, {0, 2, 1}, {0, 2, 1}}, Case{{2, 3, 4}, {1, 0, 2}, {1, 0, 2}},
                    Case{{2, 3, 4}, {-1, 0, 1}, {2, 0, 1}}, Case{{2, 1, 3}, {1, 0, 2}, {1, 0, 2}},
                    Case{{2, 3, 2, 2}, {0, 3, 1, 2}, {0, 3, 1, 2}},
                    Case{{2, 3, 2, 2}, {3, 1, 2, 0}, {3, 1, 2, 0}}, Case{{4}, {}, {0}}, Case{{}, {}, {}},
                    Case{{0, 3}, {}, {1, 0}}, Case{{1, 1, 1}, {}, {2, 1, 0}});
}

}  // namespace

TEST_CASE("transpose moves every element to its permuted index, in every dtype", "[ops][transpose]") {
    const Case c = any_case();
    const DType dtype = GENERATE(float32, float64, int32, int64, uint8, bool_);
    const Tensor x = cast(sample(c.shape, 1, 0, 100), dtype);
    const Tensor y = transpose(x, c.permutation);
    REQUIRE(y.dtype() == dtype);
    REQUIRE(y.rank() == x.rank());
    for (int axis = 0; axis < y.rank(); ++axis)
        REQUIRE(y.shape()[axis] == c.shape[c.order[static_cast<size_t>(axis)]]);
    for (int64_t i = 0; i < y.size(); ++i) {
        const std::vector<int64_t> index = index_of(y.shape(), i);
        std::vector<int64_t> source(index.size());
        for (size_t axis = 0; axis < index.size(); ++axis)
            source[static_cast<size_t>(c.order[axis])] = index[axis];
        CHECK(value(y, i) == value(x, number_of(c.shape, source)));
    }
}

TEST_CASE("transpose has right first and second derivatives", "[ops][transpose][gradients]") {
    const Case c = any_case();
    check_derivatives([&](const std::vector<Tensor>& x) { return square(transpose(x[0], c.permutation)); },
                      {sample(c.shape, 2)});
}

TEST_CASE("Axes of extent 1 change places without a copy", "[ops][transpose]") {
    const Tensor x = sample({2, 1, 3});
    CHECK(transpose(x, {1, 0, 2}).raw() == x.raw());
    CHECK(transpose(x, {2, 1, 0}).raw() != x.raw());
}

TEST_CASE("transpose says what does not fit", "[ops][transpose][errors]") {
    CHECK_THROWS_MATCHES(
        transpose(zeros({2, 3}), {0, 0}), ShapeError,
        Message("transpose: (0, 0) is no permutation of the 2 axes of shape (2, 3); name each axis "
                "once"));
    CHECK_THROWS_AS(transpose(zeros({2, 3}), {0}), ShapeError);
    CHECK_THROWS_AS(transpose(zeros({2, 3}), {0, 2}), ShapeError);
    CHECK_THROWS_AS(transpose(zeros({2, 3}), {0, -2}), ShapeError);
    CHECK_THROWS_AS(transpose(Tensor()), ValueError);
}
