#include "support/catch.hpp"

#include <keratin/layers/concatenate.hpp>

using namespace keratin;
using layers::Concatenate;

TEST_CASE("Concatenate puts its inputs one behind the other", "[layers][concatenate]") {
    const Tensor a = Tensor::from({1.f, 2.f, 3.f, 4.f}, {2, 2}), b = Tensor::from({5.f, 6.f}, {2, 1});
    const Concatenate layer;
    CHECK(to_string(layer({a, b})) == "[[1. 2. 5.]\n [3. 4. 6.]]");
    CHECK(to_string(Concatenate({.axis = 0})({a, a})) == "[[1. 2.]\n [3. 4.]\n [1. 2.]\n [3. 4.]]");
    CHECK(to_string(layer(a)) == to_string(a));
    CHECK(layer.get_config()["axis"] == Config(-1));
}

TEST_CASE("Concatenate knows its output's shape with the batch open", "[layers][concatenate]") {
    const int64_t open = Shape::unknown;
    CHECK(Concatenate().compute_output_shapes({{open, 4, 3}, {open, 4, 2}})[0] == Shape{open, 4, 5});
    CHECK(Concatenate({.axis = 1}).compute_output_shapes({{open, 4, 3}, {2, open, 3}})[0] ==
          Shape{2, open, 3});
}
