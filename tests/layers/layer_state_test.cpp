#include "support/catch.hpp"

#include <keratin/autograd/tape.hpp>
#include <keratin/layers.hpp>
#include <keratin/models/sequential.hpp>

using namespace keratin;

namespace {

struct Pair : Layer {
    layers::Dense dense{3}, last{3};
    Tensor call(const Tensor& x) override { return last(dense(x)); }
};

}  // namespace

TEST_CASE("trainable reaches the variables and the layers inside", "[layers][trainable]") {
    Sequential model(layers::Dense(3), Sequential(layers::BatchNormalization(), Pair()));
    const bool before_the_build = GENERATE(true, false);
    if (before_the_build) model.trainable = false;
    model.build({1, 2});
    model.trainable = false;
    CHECK(model.trainable_variables().empty());
    CHECK(model.non_trainable_variables().size() == model.variables().size());
    CHECK(model.variables().size() == 10);
    for (const Variable& variable : model.variables()) CHECK_FALSE(variable.trainable());
    for (const LayerReference& layer : model.layers()) CHECK_FALSE(layer->trainable);
    model.trainable = true;
    CHECK(model.trainable_variables().size() == 8);  // but not the moving statistics
    CHECK(model.layers()[1]->trainable);
}

TEST_CASE("A frozen layer does not reach out to the model that it is in", "[layers][trainable]") {
    layers::Dense frozen(3);
    Sequential model(frozen, layers::Dense(2));
    model.build({1, 2});
    frozen.trainable = false;
    CHECK(model.trainable);
    CHECK(model.trainable_variables().size() == 2);
    CHECK(model.non_trainable_variables().size() == 2);
    CHECK_FALSE(model.layers()[0]->trainable);  // a copy is the same layer
}

TEST_CASE("trainable reads as a bool and is assigned like one", "[layers][trainable]") {
    layers::Dense a(1), b(1);
    a.trainable = false;
    CHECK_FALSE(a.trainable);
    CHECK_FALSE(a.trainable());
    b.trainable = a.trainable;  // the value, not the flag
    CHECK_FALSE(b.trainable);
    a.set_trainable(true);
    CHECK(a.trainable);
    CHECK_FALSE(b.trainable);
    CHECK_FALSE(layers::Dense(1, {.trainable = false}).trainable);
}

TEST_CASE("A layer that is frozen before it is built is built frozen", "[layers][trainable]") {
    layers::Dense layer(2, {.trainable = false});
    layer.build({1, 3});
    CHECK(layer.trainable_variables().empty());
    CHECK_FALSE(layer.kernel.trainable());
    layer.trainable = true;
    CHECK(layer.trainable_variables().size() == 2);

    Pair pair;  // frozen before the layers inside are known
    pair.trainable = false;
    pair(zeros({1, 2}));
    CHECK(pair.trainable_variables().empty());
    CHECK_FALSE(pair.dense.kernel.trainable());
    pair.trainable = true;
    CHECK(pair.trainable_variables().size() == 4);
}

TEST_CASE("A tape does not follow the variables of a frozen layer", "[layers][trainable]") {
    layers::Dense layer(2);
    const Tensor x = ones({1, 3});
    layer(x);
    layer.trainable = false;
    GradientTape tape({.persistent = true});
    const Tensor y = layer(x);
    CHECK_FALSE(tape.gradient(y, layer.kernel).defined());
    layer.trainable = true;
    CHECK(tape.gradient(layer(x), layer.kernel).defined());
}
