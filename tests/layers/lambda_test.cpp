#include "support/catch.hpp"

#include <keratin/keratin.hpp>

using namespace keratin;

TEST_CASE("A Lambda takes an overloaded function by its name") {
    CHECK(layers::Lambda(square)(Tensor::from({-2.f, 3.f})).at<float>({1}) == 9);
}

TEST_CASE("a Lambda is its function, with gradients, in models of both kinds", "[layers][lambda]") {
    const layers::Lambda twice([](const Tensor& x) { return 2 * x; });
    CHECK(to_string(twice(Tensor::from({1.F, 2.F}))) == "[2. 4.]");
    CHECK(twice.compute_output_shape({Shape::unknown, 3}) == Shape{Shape::unknown, 3});
    CHECK(twice.name() == to_snake_case("Lambda") + twice.name().substr(6));

    const Tensor x = Tensor::from({3.F}, {1, 1});
    GradientTape tape;
    tape.watch(x);
    CHECK(to_string(tape.gradient(twice(square(x)), x)) == "[[12.]]");

    Sequential model(layers::Lambda([](const Tensor& in) { return in + 1; }), twice);
    CHECK(to_string(model(x)) == "[[8.]]");
    const KerasTensor a = Input({2}), b = Input({2});
    const layers::Lambda difference([](const std::vector<Tensor>& in) { return in[0] - in[1]; });
    const Model graph({a, b}, difference({a, b}));
    CHECK(to_string(graph({ones({1, 2}), zeros({1, 2})})) == "[[1. 1.]]");
}

TEST_CASE("a Lambda's output_shape is what it promises", "[layers][lambda]") {
    const layers::Lambda sum([](const Tensor& x) { return reduce_sum(x, -1, true); },
                             {.output_shape = Shape{1}});
    CHECK(sum.compute_output_shape({Shape::unknown, 7}) == Shape{Shape::unknown, 1});
    CHECK(sum(ones({2, 3})).shape() == Shape{2, 1});
    const layers::Lambda wrong([](const Tensor& x) { return x; },
                               {.output_shape = Shape{1}, .name = "wrong"});
    CHECK_THROWS_WITH(wrong(ones({2, 3})),
                      "wrong: its function gave shape (2, 3) where output_shape says (2, 1)");
}

TEST_CASE("no file makes a Lambda, and no Lambda a file", "[layers][lambda][errors]") {
    const layers::Lambda same([](const Tensor& x) { return x; }, {.name = "same"});
    CHECK_THROWS_WITH(
        same.get_config(),
        "same: a Lambda's function cannot be written to a config; derive a Layer, and register it by "
        "register_layer()");
    CHECK_THROWS_AS(
        layer_from_config(Config::object({{"class_name", "Lambda"}, {"config", Config::object()}})),
        ValueError);
    CHECK_THROWS_WITH(same({ones({1}), ones({1})}),
                      "same: its function takes one tensor and got 2; let it take a std::vector<Tensor>");
}

TEST_CASE("a layer of one's own around another one is a Wrapper", "[layers][wrapper]") {
    struct Doubled : layers::Wrapper {
        explicit Doubled(std::shared_ptr<Layer> inner) : Wrapper(std::move(inner), {}) {}
        Tensor call(const Tensor& x) override { return 2 * (*layer)(x); }
    };
    Doubled doubled(std::make_shared<layers::Dense>(3, layers::DenseOptions{.kernel_initializer = "ones"}));
    doubled.build({Shape::unknown, 2});
    CHECK(doubled.variables().size() == 2);
    CHECK(to_string(doubled(ones({1, 2}))) == "[[4. 4. 4.]]");
    CHECK(doubled.get_config()["layer"]["class_name"].as_string() == "Dense");
    CHECK_THROWS_AS(Doubled(nullptr), ValueError);
}
