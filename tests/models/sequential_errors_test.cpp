#include "support/catch.hpp"

#include <keratin/layers.hpp>
#include <keratin/models/sequential.hpp>

using namespace keratin;

namespace {

/// Calls back when it is called.
struct Hook : Layer {
    Hook(std::function<void()> function) : function_(std::move(function)) {}
    Tensor call(const Tensor& x) override {
        function_();
        return x;
    }

private:
    std::function<void()> function_;
};

}  // namespace

TEST_CASE("A Sequential says what add cannot take, and is as before", "[models][sequential][errors]") {
    clear_session();
    Sequential model(layers::Dense(2, {.name = "a"}));
    CHECK_THROWS_MATCHES(
        model.add(layers::Dense(2, {.name = "a"})), ValueError,
        Message("sequential: a layer is called \"a\" already; names must be unique, pass another "
                ".name"));
    CHECK_THROWS_MATCHES(model.add(std::shared_ptr<Layer>()), ValueError,
                         Message("sequential: add got no layer"));
    CHECK_THROWS_MATCHES(
        model.add(layers::InputLayer({3})), ValueError,
        Message("sequential: an InputLayer must come first; the model has 1 layers already"));
    CHECK(model.layers().size() == 1);
    Sequential with_input(layers::InputLayer({3}));
    CHECK_THROWS_MATCHES(
        with_input.add(layers::InputLayer({3})), ValueError,
        Message("sequential_1: an InputLayer must come first; the model has 1 layers already"));
}

TEST_CASE("A layer that does not fit is not added to a model that is built", "[models][sequential][errors]") {
    clear_session();
    Sequential model(layers::InputLayer({3}), layers::Dense(2));
    CHECK_THROWS_MATCHES(
        model.add(layers::Conv2D(1, {.kernel_size = 3})), ShapeError,
        Message("conv2d: input has shape (None, 2); (batch, height, width, channels) is needed"));
    CHECK(model.layers().size() == 1);
    CHECK(model.built());
    CHECK(model(zeros({1, 3})).shape() == Shape{1, 2});
}

TEST_CASE("A model is no layer of itself", "[models][sequential][errors]") {
    clear_session();
    Sequential inner(layers::Dense(2)), outer, outermost;
    outermost.add(outer.add(inner));
    CHECK_THROWS_MATCHES(inner.add(inner), ValueError,
                         Message("sequential: add got sequential, of which this model is a part"));
    CHECK_THROWS_MATCHES(inner.add(outermost), ValueError,
                         Message("sequential: add got sequential_2, of which this model is a part"));
    CHECK(inner.layers().size() == 1);
}

TEST_CASE("A running model is not added to", "[models][sequential][errors]") {
    clear_session();
    Sequential model;
    model.add(Hook([&] { model.add(layers::Dense(1)); }));
    CHECK_THROWS_MATCHES(
        model(zeros({1, 2})), ValueError,
        Message("hook: sequential: add was called by one of the model's layers while it runs"));
    CHECK(model.layers().size() == 1);
}

TEST_CASE("A Sequential passed by value as a Model says where its layers are",
          "[models][sequential][errors]") {
    clear_session();
    Sequential net(layers::Dense(2));
    Model copy = net;
    CHECK_THROWS_MATCHES(
        copy(ones({1, 3})), ValueError,
        Message("sequential: it is a Model copied from a Sequential, which leaves the layers "
                "behind; pass the Sequential by reference, or a std::shared_ptr to it"));
}

TEST_CASE("A model without layers can neither be built nor called", "[models][sequential][errors]") {
    clear_session();
    Sequential model;
    const std::string text = "sequential: it has no layers; add() some before building or calling it";
    CHECK_THROWS_MATCHES(model.build({1, 2}), ValueError, Message(text));
    CHECK_THROWS_MATCHES(model(zeros({1, 2})), ValueError, Message(text));
    CHECK_THROWS_MATCHES(model.pop(), ValueError, Message("sequential: pop found no layer"));
    CHECK_THROWS_MATCHES(
        model.count_params(), ValueError,
        Message("sequential: count_params needs a built layer; call it once, or build() it with a shape"));
}

TEST_CASE("A build that fails makes no variables", "[models][sequential][errors]") {
    clear_session();
    Sequential model(layers::Dense(4), layers::Conv2D(1, {.kernel_size = 3}));
    CHECK_THROWS_AS(model(zeros({1, 3})), ShapeError);
    CHECK_FALSE(model.built());
    CHECK(model.variables().empty());
    CHECK_FALSE(model.get_layer(0).built());
    model.pop();
    CHECK(model(zeros({1, 7})).shape() == Shape{1, 4});
}

TEST_CASE("An InputLayer refuses inputs of another shape", "[models][sequential][errors]") {
    clear_session();
    const Sequential model(layers::InputLayer({8, 8, 1}), layers::Conv2D(1, {.kernel_size = 3}));
    CHECK_THROWS_MATCHES(
        model(zeros({1, 9, 9, 1})), ShapeError,
        Message("sequential: input_layer: input has shape (1, 9, 9, 1), the model was made for "
                "(None, 8, 8, 1); reshape() the input"));
    CHECK_THROWS_AS(model(zeros({1, 8, 8})), ShapeError);
    Sequential open(layers::InputLayer({Shape::unknown, 8, 1}), layers::Conv2D(1, {.kernel_size = 3}));
    CHECK(open(zeros({1, 20, 8, 1})).shape() == Shape{1, 18, 6, 1});
    CHECK_THROWS_AS(open(zeros({1, 20, 9, 1})), ShapeError);
}

TEST_CASE("get_layer says which layers there are", "[models][sequential][errors]") {
    clear_session();
    const Sequential model(layers::Dense(1, {.name = "a"}), layers::Flatten({.name = "b"}));
    CHECK_THROWS_MATCHES(model.get_layer("c"), ValueError,
                         Message("sequential: no layer is called \"c\"; there are: a, b"));
    CHECK_THROWS_MATCHES(model.get_layer(2), ValueError,
                         Message("sequential: no layer has index 2; there are 2 layers"));
    CHECK_THROWS_MATCHES(model.get_layer(-3), ValueError,
                         Message("sequential: no layer has index -3; there are 2 layers"));
    CHECK_THROWS_MATCHES(
        model.get_layer<layers::Conv2D>("b"), ValueError,
        Message("sequential: get_layer found \"b\", but it is a Flatten; ask for that class"));
}

TEST_CASE("An error inside a model names the layer once", "[models][sequential][errors]") {
    clear_session();
    const Sequential model(Sequential(layers::Flatten(), layers::Dense(2)), layers::Dense(2));
    model(zeros({1, 6}));
    CHECK_THROWS_MATCHES(
        model(zeros({1, 7})), ShapeError,
        Message("dense: input of shape (1, 7) has 7 features, kernel was built for 6; give an input "
                "of shape (batch, .., 6)"));
}
