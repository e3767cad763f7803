#include "conformance/layers/families.hpp"
#include "support/check_layer.hpp"

#include <keratin/layers.hpp>
#include <keratin/models/model.hpp>
#include <keratin/models/sequential.hpp>

using namespace keratin;
using namespace keratin::layers;

namespace {

/// Two inputs, one layer shared, two outputs.
Model two_towers() {
    const KerasTensor a = keratin::Input({3}, {.name = "a"}), b = keratin::Input({3}, {.name = "b"});
    const Dense shared(2, {.activation = "tanh", .name = "shared"});
    const KerasTensor left = shared(a), right = shared(b);
    return Model({a, b}, {Add({.name = "sum"})({left, right}), Dense(1, {.name = "score"})(left)});
}

}  // namespace

conformance::LayerCases conformance::model_layers() {
    return {
        {"Sequential",
         "sequential",
         {{"of Dense layers",
           [] { return Sequential(Dense(3, {.activation = "tanh", .name = "a"}), Dense(2, {.name = "b"})); },
           {.input = {2, 4},
            .output = {2, 2},
            .weights = {{"a/kernel", {4, 3}}, {"a/bias", {3}}, {"b/kernel", {3, 2}}, {"b/bias", {2}}}}},
          {"of layers that run together, in a Sequential of its own",
           [] {
               Sequential block(LayerOptions{.name = "block"});
               block.add(Conv2D(2, {.kernel_size = 2, .name = "c"}));
               block.add(BatchNormalization({.name = "n"}));
               return Sequential(block, ReLU({.name = "r"}), MaxPooling2D(2, {.name = "m"}));
           },
           {.input = {3, 5, 5, 1},
            .output = {3, 2, 2, 2},
            .weights = {{"block/c/kernel", {2, 2, 1, 2}},
                        {"block/c/bias", {2}},
                        {"block/n/gamma", {2}},
                        {"block/n/beta", {2}},
                        {"block/n/moving_mean", {2}, false},
                        {"block/n/moving_variance", {2}, false}},
            .training_differs = true}}},
         {{[] { return Sequential(Dense(2, {.name = "d"})); },
           "d: input of shape (2, 4) has 4 features, kernel was built for 3; give an input of shape (batch, "
           ".., 3)",
           {2, 4},
           {2, 3}},
          {[] { return Sequential(Dense(2, {.name = "d"}), ReLU({.name = "d"})); },
           "a layer is called \"d\" already; names must be unique, pass another .name"},
          {[] {
               Sequential()(zeros({2, 3}));
           },
           "sequential: it has no layers; add() some before building or calling it"}}},
        {"Functional",
         "functional",
         {{"of two towers",
           two_towers,
           {.input = {{2, 3}, {2, 3}},
            .output = {{2, 2}, {2, 1}},
            .weights = {{"shared/kernel", {3, 2}},
                        {"shared/bias", {2}},
                        {"score/kernel", {2, 1}},
                        {"score/bias", {1}}},
            .made_built = true}},
          {"of one layer",
           [] {
               const KerasTensor x = keratin::Input({3}, {.name = "x"});
               return Model(x, Dense(2, {.name = "d"})(x));
           },
           {.input = {2, 3},
            .output = {2, 2},
            .weights = {{"d/kernel", {3, 2}}, {"d/bias", {2}}},
            .made_built = true}}},
         {{Type::value,
           two_towers,
           "the model has 2 inputs (a, b) and got 1; give one tensor for each",
           {2, 3}},
          {two_towers,
           "b: input has shape (2, 4), the model was made for (None, 3); reshape() the input",
           {{2, 3}, {2, 4}}},
          {[] {
               Model(keratin::Input({3}, {.name = "x"}), keratin::Input({3}, {.name = "y"}), {.name = "m"});
           },
           "m: the outputs need y, which is not among the model's inputs; add it to them"}}},
    };
}

TEST_CASE("Models pass the conformance routine of layers", "[layers][layer_conformance]") {
    conformance::check_layers(conformance::model_layers());
}
