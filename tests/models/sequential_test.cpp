#include "support/catch.hpp"

#include "support/numbers.hpp"

#include <keratin/layers.hpp>
#include <keratin/models/sequential.hpp>
#include <keratin/ops/elementwise.hpp>

using namespace keratin;

namespace {

std::vector<std::string> names(const Model& model) {
    std::vector<std::string> list;
    for (const LayerReference& layer : model.layers()) list.push_back(layer.name());
    return list;
}

std::vector<std::string> paths(const Layer& layer) {
    std::vector<std::string> list;
    for (const Variable& variable : layer.variables()) list.push_back(variable.path());
    return list;
}

using Names = std::vector<std::string>;

}  // namespace

TEST_CASE("A Sequential calls its layers one after the other", "[models][sequential]") {
    const Tensor x = numbers::distinct({3, 5}, 1, 1.0, float32);
    const layers::Dense first(4, {.activation = "tanh"}), second(2);
    const Sequential model(first, second);
    const Tensor y = model(x);
    CHECK(y.shape() == Shape{3, 2});
    CHECK(numbers::difference(y, second(first(x))) == 0);
    CHECK(model.compute_output_shape({Shape::unknown, 5}) == Shape{Shape::unknown, 2});
}

TEST_CASE("A Sequential is built by its first call, or by build()", "[models][sequential]") {
    clear_session();
    const bool by_call = GENERATE(true, false);
    Sequential model(layers::Conv2D(2, {.kernel_size = 3}), layers::Flatten(), layers::Dense(4));
    CHECK_FALSE(model.built());
    CHECK(model.variables().empty());
    if (by_call)
        model(zeros({1, 6, 6, 1}));
    else
        model.build({Shape::unknown, 6, 6, 1});
    CHECK(model.built());
    CHECK(paths(model) == Names{"sequential/conv2d/kernel", "sequential/conv2d/bias",
                                "sequential/dense/kernel", "sequential/dense/bias"});
    CHECK(model.get_layer<layers::Dense>("dense").kernel.shape() == Shape{32, 4});
    CHECK(model.count_params() == 9 * 2 + 2 + 32 * 4 + 4);
    CHECK(fmt::format("{}", model) == "<Sequential name=sequential, built=True>");
}

TEST_CASE("An InputLayer makes all shapes known, and is not among the layers", "[models][sequential]") {
    clear_session();
    Sequential model(layers::InputLayer({6, 6, 1}), layers::Conv2D(2, {.kernel_size = 3}));
    CHECK(model.built());
    CHECK(names(model) == Names{"conv2d"});
    model.add(layers::Flatten()).add(layers::Dense(4));
    CHECK(model.get_layer<layers::Dense>("dense").kernel.shape() == Shape{32, 4});
    CHECK(paths(model).back() == "sequential/dense/bias");
}

TEST_CASE("An InputLayer's batch size does not bind", "[models][sequential]") {
    // The last batch of the data may be a smaller one.
    const Sequential model(layers::InputLayer({3}, {.batch_size = 4}), layers::Dense(2));
    CHECK(model(zeros({4, 3})).shape() == Shape{4, 2});
    CHECK(model(zeros({1, 3})).shape() == Shape{1, 2});
}

TEST_CASE("Automatic names count in the order of the arguments", "[models][sequential]") {
    // Which is not the order in which every compiler makes them.
    clear_session();
    const Sequential model(layers::Dense(1), layers::Dense(2), layers::Flatten(),
                           layers::Dense(3, {.name = "mine"}), layers::Dense(4));
    CHECK(names(model) == Names{"dense", "dense_1", "flatten", "mine", "dense_2"});
    CHECK(model.get_layer<layers::Dense>("dense_1").units == 2);
}

TEST_CASE("Automatic names count through models inside", "[models][sequential]") {
    clear_session();
    const Sequential model(Sequential(layers::Dense(1), layers::Dense(2)), layers::Dense(3),
                           Sequential(layers::Dense(4), layers::Flatten()));
    CHECK(names(model) == Names{"sequential", "dense_2", "sequential_1"});
    CHECK(names(model.get_layer<Sequential>(0)) == Names{"dense", "dense_1"});
    CHECK(names(model.get_layer<Sequential>(-1)) == Names{"dense_3", "flatten"});
    CHECK(model.name() == "sequential_2");
}

TEST_CASE("Layers that the caller has keep their names", "[models][sequential]") {
    clear_session();
    const layers::Dense first(1), second(2);
    layers::Dense third(3);
    third(zeros({1, 2}));
    const Sequential model(second, first);
    CHECK(names(model) == Names{"dense_1", "dense"});
    CHECK(names(Sequential(layers::Dense(third), layers::Dense(second))) == Names{"dense_2", "dense_1"});
}

TEST_CASE("A model inside a model is a layer", "[models][sequential]") {
    clear_session();
    const Sequential inner(layers::Dense(4, {.name = "a"}), layers::Dense(3, {.name = "b"}));
    Sequential outer(inner, layers::Dense(2, {.name = "c"}));
    CHECK(outer(zeros({1, 5})).shape() == Shape{1, 2});
    CHECK(paths(outer) == Names{"sequential_1/sequential/a/kernel", "sequential_1/sequential/a/bias",
                                "sequential_1/sequential/b/kernel", "sequential_1/sequential/b/bias",
                                "sequential_1/c/kernel", "sequential_1/c/bias"});
    CHECK(inner.built());
    CHECK(outer.get_layer<Sequential>(0).get_layer("b").variables()[0].same_as(outer.variables()[2]));
    outer.get_layer(0).trainable = false;
    CHECK(outer.trainable_variables().size() == 2);
    CHECK_FALSE(static_cast<bool>(inner.get_layer("a").trainable));
}

TEST_CASE("add and pop change a model that is built", "[models][sequential]") {
    clear_session();
    Sequential model(layers::Dense(4), layers::Dense(3));
    const Tensor x = numbers::distinct({2, 5}, 1, 1.0, float32);
    const Tensor before = model(x);
    model.add(layers::Dense(2, {.name = "head"}));
    CHECK(model.built());
    CHECK(model(x).shape() == Shape{2, 2});
    CHECK(paths(model).back() == "sequential/head/bias");
    model.pop();
    CHECK(names(model) == Names{"dense", "dense_1"});
    CHECK(model.variables().size() == 4);
    CHECK(numbers::difference(model(x), before) == 0);  // the layers below have kept their weights
    model.pop();
    model.pop();
    CHECK_FALSE(model.built());
    CHECK(model.variables().empty());
}

TEST_CASE("Copies of a model are the same model", "[models][sequential]") {
    Sequential model(layers::Dense(4));
    Sequential copy = model;
    copy.add(layers::Dense(3));
    CHECK(model.layers().size() == 2);
    model(zeros({1, 2}));
    CHECK(copy.built());
    copy.variables()[1].assign(ones({4}));
    CHECK(model.get_layer<layers::Dense>(0).bias.value().data<float>()[3] == 1);
    model.compile({.optimizer = "sgd", .loss = "mse"});
    CHECK(copy.compiled());
    copy.trainable = false;
    CHECK(model.trainable_variables().empty());
}

TEST_CASE("A layer in two models has its weights once", "[models][sequential]") {
    const layers::Dense shared(3);
    const Sequential a(shared), b(shared, layers::Dense(2));
    a(zeros({1, 3}));
    b(zeros({1, 3}));
    CHECK(a.variables()[0].same_as(b.variables()[0]));
}

TEST_CASE("get_layer finds by name and by position, from either end", "[models][sequential]") {
    const Sequential model(layers::Dense(1, {.name = "a"}), layers::Flatten({.name = "b"}),
                           layers::Dense(3, {.name = "c"}));
    CHECK(model.get_layer("b").class_name() == "Flatten");
    CHECK(model.get_layer(0).name() == "a");
    CHECK(model.get_layer(2).name() == "c");
    CHECK(model.get_layer(-1).name() == "c");
    CHECK(model.get_layer(-3).name() == "a");
    CHECK(model.get_layer<layers::Dense>("c").units == 3);
    CHECK(model.get_layer<layers::Dense>(-1).units == 3);
    CHECK(model.get_layer<Layer>("b").name() == "b");
}

TEST_CASE("layers() lists references that read like the layers", "[models][sequential]") {
    const Sequential model(layers::Dense(4, {.name = "a"}));
    model(zeros({1, 2}));
    const LayerReference layer = model.layers().front();
    CHECK(layer.name() == "a");
    CHECK(layer->class_name() == "Dense");
    CHECK(&*layer == &model.get_layer("a"));
    const Layer& same = layer;
    CHECK(&same == layer.pointer().get());
    CHECK(layer.variables().size() == 2);
    layer->trainable = false;
    CHECK(layer.trainable_variables().empty());
    CHECK(model.trainable_variables().empty());
}
