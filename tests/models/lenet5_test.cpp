#include "support/catch.hpp"

#include "support/mnist.hpp"
#include "support/numbers.hpp"

#include <keratin/keratin.hpp>

using namespace keratin;

TEST_CASE("LeNet-5 has the layers and parameters of its inventors", "[models][lenet5]") {
    // Counted by hand: 6 (5 5 1 + 1), 16 (5 5 6 + 1), 120 (16 5 5 + 1), 84 (120 + 1), 10 (84 + 1).
    clear_session();
    const bool modern = GENERATE(false, true);
    Sequential model = models::lenet5({.modern = modern});
    model.build({Shape::unknown, 28, 28, 1});
    const std::string pooling = modern ? "max_pooling2d" : "average_pooling2d";
    const std::vector<std::pair<std::string, int64_t>> expected = {
        {"conv2d", 156}, {pooling, 0},     {"conv2d_1", 2416}, {pooling + "_1", 0},
        {"flatten", 0},  {"dense", 48120}, {"dense_1", 10164}, {"dense_2", 850}};
    const std::vector<LayerReference> layers = model.layers();
    REQUIRE(layers.size() == expected.size());
    for (size_t i = 0; i < layers.size(); ++i) {
        CHECK(layers[i].name() == expected[i].first);
        CHECK(layers[i]->count_params() == expected[i].second);
    }
    CHECK(model.count_params() == 61706);
    CHECK(model.trainable_variables().size() == 10);
    const std::string activation = modern ? "relu" : "tanh";
    CHECK(model.get_layer<layers::Conv2D>("conv2d_1").options.activation.name() == activation);
    CHECK(model.get_layer<layers::Dense>("dense_1").options.activation.name() == activation);
    CHECK(model.get_layer<layers::Dense>("dense_2").options.activation.name() == "softmax");
}

TEST_CASE("LeNet-5's shapes are those of the paper's figure", "[models][lenet5]") {
    Shape shape = {3, 28, 28, 1};
    const std::vector<Shape> expected = {{3, 28, 28, 6}, {3, 14, 14, 6}, {3, 10, 10, 16}, {3, 5, 5, 16},
                                         {3, 400},       {3, 120},       {3, 84},         {3, 7}};
    const Sequential model = models::lenet5({.classes = 7, .name = "seven"});
    CHECK(model.name() == "seven");
    for (size_t i = 0; i < expected.size(); ++i) {
        shape = model.layers()[i]->compute_output_shape(shape);
        CHECK(shape == expected[i]);
    }
    const Tensor p = model(random::uniform({3, 28, 28, 1}));
    CHECK(p.shape() == Shape{3, 7});
    CHECK(numbers::difference(reduce_sum(p, -1), ones({3})) < 1e-6);
}

TEST_CASE("LeNet-5 learns a batch of digits by heart", "[models][lenet5][mnist]") {
    const bool modern = GENERATE(false, true);
    set_random_seed(1);
    Sequential model = models::lenet5({.modern = modern});
    model.compile({.optimizer = optimizers::Adam({.learning_rate = 2e-3}),
                   .loss = losses::SparseCategoricalCrossentropy(),
                   .metrics = {"accuracy"}});
    const Dataset batch = test::part(test::mnist().train, 64);
    const History history = model.fit(batch, {.batch_size = 64, .epochs = 200, .verbose = 0});
    INFO("loss " << history["loss"].back());
    CHECK(history["loss"].back() < 1e-3);
    CHECK(model.evaluate(batch, {.verbose = 0})["accuracy"] == 1);
}

TEST_CASE("An epoch teaches LeNet-5 to read", "[models][lenet5][mnist]") {
    set_random_seed(1);
    Sequential model = models::lenet5({.modern = true});
    model.compile({.optimizer = optimizers::Adam({.learning_rate = 2e-3}),
                   .loss = losses::SparseCategoricalCrossentropy(),
                   .metrics = {"accuracy"}});
    const History history = model.fit(test::mnist().train, {.batch_size = 64, .verbose = 0});
    CHECK(history["accuracy"][0] > 0.9);
    const Logs logs = model.evaluate(test::mnist().test, {.batch_size = 200, .verbose = 0});
    INFO("accuracy " << logs["accuracy"]);
    CHECK(logs["accuracy"] >= 0.97);
    // Some digits, and what the model reads.
    const Dataset some = test::part(test::mnist().test, 100);
    const Tensor read = argmax(model.predict(some), -1);
    int right = 0;
    for (size_t i = 0; i < 100; ++i) right += read.data<int64_t>()[i] == some.y.data<int64_t>()[i];
    CHECK(right >= 95);
}
