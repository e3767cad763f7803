#include "ops/support.hpp"

#include <keratin/ops/elementwise.hpp>

using namespace keratin;
using namespace keratin::test;

namespace {

struct Shapes {
    Shape condition, a, b, result;
};

Shapes any_shapes() {
    return GENERATE(Shapes{{2, 3}, {2, 3}, {2, 3}, {2, 3}}, Shapes{{2, 3}, {}, {2, 3}, {2, 3}},
                    Shapes{{2, 3}, {3}, {}, {2, 3}}, Shapes{{2, 1}, {3}, {1, 1}, {2, 3}},
                    Shapes{{}, {4}, {4}, {4}}, Shapes{{2, 1, 2}, {3, 1}, {2, 1, 1}, {2, 3, 2}},
                    Shapes{{}, {}, {}, {}}, Shapes{{0, 3}, {3}, {1}, {0, 3}});
}

}  // namespace

TEST_CASE("where picks from either side, in every dtype and form of broadcasting", "[ops][where]") {
    const Shapes shapes = any_shapes();
    const DType dtype = GENERATE(float32, float64, int32, int64, uint8, bool_);
    const Tensor condition = sample(shapes.condition, 1) > 0;
    const Tensor a = cast(floor(sample(shapes.a, 2, 0, 9)), dtype),
                 b = cast(floor(sample(shapes.b, 3, 0, 9)), dtype);
    const Tensor y = where(condition, a, b);
    REQUIRE(y.shape() == shapes.result);
    REQUIRE(y.dtype() == dtype);
    for (int64_t i = 0; i < y.size(); ++i) {
        const bool yes = value(condition, broadcast_source(shapes.condition, shapes.result, i)) != 0;
        CHECK(value(y, i) == (yes ? value(a, broadcast_source(shapes.a, shapes.result, i))
                                  : value(b, broadcast_source(shapes.b, shapes.result, i))));
    }
}

TEST_CASE("where has right first and second derivatives", "[ops][where][gradients]") {
    const Shapes shapes = any_shapes();
    const Tensor condition = sample(shapes.condition, 4) > 0;
    check_derivatives(
        [&](const std::vector<Tensor>& x) { return square(where(condition, x[0], x[1])) * 0.5; },
        {sample(shapes.a, 5), sample(shapes.b, 6)});
}

TEST_CASE("where says what does not fit", "[ops][where][errors]") {
    CHECK_THROWS_MATCHES(
        where(zeros({2}), zeros({2}), zeros({2})), DTypeError,
        Message("where: condition of shape (2,) is float32; bool is needed, compare it or cast() it"));
    CHECK_THROWS_MATCHES(where(zeros({2}, bool_), zeros({2}), zeros({2}, int64)), DTypeError,
                         Message("where: dtypes float32 and int64 differ; cast() one of them"));
    CHECK_THROWS_AS(where(zeros({2}, bool_), zeros({3}), zeros({3})), ShapeError);
    CHECK_THROWS_AS(where(Tensor(), zeros({3}), zeros({3})), ValueError);
    CHECK_THROWS_AS(where(zeros({2}, bool_), Tensor(), zeros({3})), ValueError);
}
