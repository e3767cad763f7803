#include "support/catch.hpp"

#include <keratin/layers/einsum_dense.hpp>
#include <keratin/ops/elementwise.hpp>
#include <keratin/ops/reduce.hpp>

using namespace keratin;
using layers::EinsumDense;

TEST_CASE("EinsumDense leaves unknown axes unknown", "[layers][einsum_dense]") {
    const EinsumDense layer("abc,cd->abd", {Shape::unknown, 5});
    CHECK(layer.compute_output_shape({Shape::unknown, Shape::unknown, 4}) ==
          Shape{Shape::unknown, Shape::unknown, 5});
    CHECK(layer(zeros({2, 3, 4})).shape() == Shape{2, 3, 5});
    CHECK(layer(zeros({1, 7, 4})).shape() == Shape{1, 7, 5});
}

TEST_CASE("EinsumDense's kernel starts within Glorot's bounds for the axes that are summed over",
          "[layers][einsum_dense]") {
    EinsumDense layer("abc,dec->abde", {Shape::unknown, 10, 20});
    layer.build({1, 2, 50});
    CHECK(layer.kernel.shape() == Shape{10, 20, 50});
    const double bound = std::sqrt(6.0 / (50 + 200));
    CHECK(reduce_max(layer.kernel).item<double>() <= bound);
    CHECK(reduce_max(layer.kernel).item<double>() > 0.99 * bound);
}

TEST_CASE("EinsumDense says which arguments do not go together", "[layers][einsum_dense][errors]") {
    for (const char* equation :
         {"ab,bc", "ab, bc->ac", "...a,ab->b", "a...,ab->...b", "...a...,ab->...b...", ""}) {
        INFO(equation);
        CHECK_THROWS_AS(EinsumDense(equation, {4}), ValueError);
    }
    CHECK_THROWS_MATCHES(EinsumDense("ab,bc>ac", {4}, {.name = "e"}), ValueError,
                         Message("e: equation \"ab,bc>ac\" is not accepted; it is \"X,Y->Z\", "
                                 "\"...X,Y->...Z\" or \"X...,Y->Z...\""));
    CHECK_THROWS_MATCHES(EinsumDense("ab,bc->ac", {4}, {.bias_axes = "b", .name = "e"}), ValueError,
                         Message("e: bias_axes \"b\" names 'b', which the output of \"ab,bc->ac\" does not "
                                 "have"));
}
