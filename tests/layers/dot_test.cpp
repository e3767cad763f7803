#include "support/catch.hpp"
#include "support/numbers.hpp"

#include <keratin/layers/dot.hpp>
#include <keratin/ops/elementwise.hpp>

using namespace keratin;
using layers::Dot;

TEST_CASE("Dot sums products over an axis of each input", "[layers][dot]") {
    const Tensor a = Tensor::from({1.f, 2.f, 3.f, 4.f}, {2, 2}),
                 b = Tensor::from({5.f, 6.f, 7.f, 8.f}, {2, 2});
    CHECK(to_string(Dot(1)({a, b})) == "[[17.]\n [53.]]");
    CHECK(to_string(Dot(-1)({a, b})) == "[[17.]\n [53.]]");
    CHECK(Dot({1, 2})({zeros({8, 3, 5}), zeros({8, 10, 3})}).shape() == Shape{8, 5, 10});
    CHECK(Dot(1)({zeros({0, 3}), zeros({0, 3, 2})}).shape() == Shape{0, 2});
    const Tensor cosine = Dot(1, {.normalize = true})({a, 2 * a});
    CHECK(numbers::difference(cosine, std::vector<double>{1, 1}) < 1e-6);
}

TEST_CASE("Dot knows the shape beforehand, and writes its axes as they were given", "[layers][dot]") {
    const Dot layer({1, 2}, {.normalize = true}), plain(1);
    CHECK(layer.compute_output_shapes({{Shape::unknown, 3, 5}, {Shape::unknown, 10, 3}}) ==
          std::vector<Shape>{{Shape::unknown, 5, 10}});
    CHECK(plain.compute_output_shapes({{Shape::unknown, 3}, {4, 3}}) == std::vector<Shape>{{4, 1}});
    CHECK(layer.get_config()["axes"] == Config(Config::List{1, 2}));
    CHECK(plain.get_config()["axes"] == Config(1));
}
