#include "support/catch.hpp"
#include "support/check_layer.hpp"

#include <keratin/layers/einsum_dense.hpp>

using namespace keratin;
using conformance::check_layer;
using layers::EinsumDense;

TEST_CASE("EinsumDense passes the conformance routine of every layer", "[layers][einsum_dense]") {
    SECTION("as a dense layer") {
        check_layer<EinsumDense>(
            [] { return EinsumDense("ab,bc->ac", {4}, {.activation = "tanh", .bias_axes = "c"}); },
            {.default_name = "einsum_dense",
             .input = {3, 2},
             .output = {3, 4},
             .weights = {{"kernel", {2, 4}}, {"bias", {4}}}});
    }
    SECTION("without bias, of several axes") {
        check_layer<EinsumDense>(
            [] {
                return EinsumDense("abc,cde->adbe", {3, Shape::unknown, 2});
            },
            {.default_name = "einsum_dense",
             .input = {2, 3, 2},
             .output = {2, 3, 3, 2},
             .weights = {{"kernel", {2, 3, 2}}}});
    }
    SECTION("with an ellipsis on the left") {
        check_layer<EinsumDense>([] { return EinsumDense("...x,xy->...y", {3}, {.bias_axes = "y"}); },
                                 {.default_name = "einsum_dense",
                                  .input = {2, 2, 2},
                                  .output = {2, 2, 3},
                                  .weights = {{"kernel", {2, 3}}, {"bias", {3}}}});
    }
    SECTION("with an ellipsis on the right") {
        check_layer<EinsumDense>([] { return EinsumDense("ab...,bc->ac...", {3}, {.bias_axes = "c"}); },
                                 {.default_name = "einsum_dense",
                                  .input = {2, 2, 2},
                                  .output = {2, 3, 2},
                                  .weights = {{"kernel", {2, 3}}, {"bias", {3, 1}}}});
    }
}

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

TEST_CASE("EinsumDense says which inputs do not fit", "[layers][einsum_dense][errors]") {
    const EinsumDense layer("abc,cd->abd", {3, 5}, {.name = "e"});
    const auto check = [&](const Shape& input, const char* text) {
        CHECK_THROWS_MATCHES(layer(zeros(input)), ShapeError, Message(text));
        CHECK_THROWS_MATCHES(layer.compute_output_shape(input), ShapeError, Message(text));
    };
    check({2, 4}, "e: input of shape (2, 4) does not have the 3 axes that \"abc,cd->abd\" names");
    check({2, 2, 4},
          "e: input of shape (2, 2, 4) gives an output of shape (2, 2, 5), output_shape is (3, 5)");
    CHECK_THROWS_MATCHES(
        EinsumDense("...x,xy->...y", {4}, {.name = "e"})(zeros({3})), ShapeError,
        Message("e: input of shape (3,) does not have the 1 axes that \"...x,xy->...y\" names "
                "behind a batch"));
    layer(zeros({2, 3, 4}));
    check({2, 3, 6}, "e: input of shape (2, 3, 6) needs a kernel of shape (6, 5), the layer's has (4, 5)");
    CHECK_THROWS_MATCHES(EinsumDense("ab,bc->ac", {4, 4}, {.name = "e"})(zeros({2, 3})), ValueError,
                         Message("e: output_shape (4, 4) does not have the axes of \"ab,bc->ac\" behind the "
                                 "batch"));
    CHECK_THROWS_MATCHES(EinsumDense("ab,bxc->ac", {4}, {.name = "e"})(zeros({2, 3})), ValueError,
                         Message("e: equation \"ab,bxc->ac\" names 'x' in the kernel only; the input or the "
                                 "output must have it"));
}
