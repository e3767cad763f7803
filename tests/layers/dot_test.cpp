#include "support/catch.hpp"
#include "support/numbers.hpp"

#include <keratin/autograd/check_gradients.hpp>
#include <keratin/layers/dot.hpp>
#include <keratin/layers/registry.hpp>
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

TEST_CASE("Dot's gradients agree with central differences", "[layers][dot]") {
    for (const bool normalize : {false, true}) {
        const Dot layer({2, 1}, {.normalize = normalize, .dtype = float64});
        const GradientCheck check =
            check_gradients([&](const std::vector<Tensor>& x) { return layer(x); },
                            {numbers::distinct({2, 2, 3}, 1), numbers::distinct({2, 3, 2}, 2)});
        INFO(check.message);
        CHECK(check.passed);
    }
}

TEST_CASE("Dot knows the shape beforehand, comes back from its config and has Keras's names",
          "[layers][dot]") {
    clear_session();
    const Dot layer({1, 2}, {.normalize = true}), plain(1);
    CHECK(layer.name() == "dot");
    CHECK(plain.name() == "dot_1");
    CHECK(layer.compute_output_shapes({{Shape::unknown, 3, 5}, {Shape::unknown, 10, 3}}) ==
          std::vector<Shape>{{Shape::unknown, 5, 10}});
    CHECK(plain.compute_output_shapes({{Shape::unknown, 3}, {4, 3}}) == std::vector<Shape>{{4, 1}});
    CHECK(layer.clone()->get_config() == layer.get_config());
    CHECK(layer.get_config()["axes"] == Config(Config::List{1, 2}));
    CHECK(plain.get_config()["axes"] == Config(1));
}

TEST_CASE("Dot says what does not go together", "[layers][dot][errors]") {
    const auto check = [](layers::DotAxes axes, const std::vector<Shape>& inputs, const char* text) {
        const Dot layer(axes, {.name = "d"});
        std::vector<Tensor> tensors;
        for (const Shape& shape : inputs) tensors.push_back(zeros(shape));
        CHECK_THROWS_WITH(layer(tensors), text);
        CHECK_THROWS_WITH(layer.compute_output_shapes(inputs), text);
    };
    check(1, {{2, 3}}, "d: it takes two inputs and got 1");
    check(1, {{2, 3}, {2, 4}},
          "d: inputs of shapes (2, 3) and (2, 4) differ in what is summed over: axis 1 has 3, axis 1 has 4");
    check(1, {{2, 3}, {4, 3}}, "d: inputs of shapes (2, 3) and (4, 3) are batches of different sizes");
    check({0, 1}, {{2, 3}, {2, 3}},
          "d: axis 0 of an input of shape (2, 3) is the batch; sum over another one");
    check(1, {{2}, {2, 3}}, "d: an input has shape (2,); (batch, ..) with at least two axes is needed");
}
