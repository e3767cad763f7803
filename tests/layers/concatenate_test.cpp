#include "support/catch.hpp"
#include "support/numbers.hpp"

#include <keratin/autograd/check_gradients.hpp>
#include <keratin/layers/concatenate.hpp>
#include <keratin/layers/registry.hpp>
#include <keratin/ops/elementwise.hpp>
#include <keratin/ops/reduce.hpp>

using namespace keratin;
using layers::Concatenate;

TEST_CASE("Concatenate puts its inputs one behind the other", "[layers][concatenate]") {
    clear_session();
    const Tensor a = Tensor::from({1.f, 2.f, 3.f, 4.f}, {2, 2}), b = Tensor::from({5.f, 6.f}, {2, 1});
    const Concatenate layer;
    CHECK(layer.name() == "concatenate");
    CHECK(to_string(layer({a, b})) == "[[1. 2. 5.]\n [3. 4. 6.]]");
    CHECK(to_string(Concatenate({.axis = 0})({a, a})) == "[[1. 2.]\n [3. 4.]\n [1. 2.]\n [3. 4.]]");
    CHECK(to_string(layer(a)) == to_string(a));
    const auto again = layer_from_config(serialize(layer));
    CHECK(again->get_config().to_json() == layer.get_config().to_json());
    CHECK(again->get_config()["axis"] == Config(-1));
}

TEST_CASE("Concatenate knows its output's shape with the batch open", "[layers][concatenate]") {
    const int64_t open = Shape::unknown;
    CHECK(Concatenate().compute_output_shapes({{open, 4, 3}, {open, 4, 2}})[0] == Shape{open, 4, 5});
    CHECK(Concatenate({.axis = 1}).compute_output_shapes({{open, 4, 3}, {2, open, 3}})[0] ==
          Shape{2, open, 3});
}

TEST_CASE("Concatenate has gradients for every input", "[layers][concatenate][gradient]") {
    const Concatenate layer({.axis = 1, .dtype = float64});
    CHECK(check_gradients([&](const std::vector<Tensor>& x) { return reduce_sum(square(layer(x))); },
                          {numbers::distinct({2, 3, 2}, 1), numbers::distinct({2, 1, 2}, 2)}));
}

TEST_CASE("Concatenate says what it does not take", "[layers][concatenate][errors]") {
    CHECK_THROWS_MATCHES(
        Concatenate({.name = "c"})({zeros({2, 3}), zeros({3, 3})}), ShapeError,
        Message("c: inputs of shapes (2, 3), (3, 3) do not go together; all but axis -1 must "
                "agree"));
    CHECK_THROWS_AS(Concatenate()(std::vector<Tensor>()), ValueError);
    CHECK_THROWS_AS(Concatenate({.axis = 2})({zeros({2, 3}), zeros({2, 3})}), ShapeError);
}
