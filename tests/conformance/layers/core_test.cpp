#include "conformance/layers/families.hpp"
#include "support/check_layer.hpp"

#include <keratin/layers.hpp>

using namespace keratin;
using namespace keratin::layers;

namespace {

using conformance::Input;

void input_layer_of(const char* config) {
    layer_from_config(Config::object({{"class_name", "InputLayer"}, {"config", Config::from_json(config)}}));
}

}  // namespace

conformance::LayerCases conformance::core_layers() {
    const auto sums = [] { return EinsumDense("abc,cd->abd", {3, 5}); };
    return {
        {"Dense",
         "dense",
         {{"by default",
           [] { return Dense(4); },
           {.input = {3, 5}, .output = {3, 4}, .weights = {{"kernel", {5, 4}}, {"bias", {4}}}}},
          {"with a fused activation, on images",
           [] { return Dense(3, {.activation = "sigmoid"}); },
           {.input = {2, 2, 3, 4}, .output = {2, 2, 3, 3}, .weights = {{"kernel", {4, 3}}, {"bias", {3}}}}},
          {"without bias, with an activation of its own",
           [] { return Dense(3, {.activation = "softmax", .use_bias = false}); },
           {.input = {2, 3, 4}, .output = {2, 3, 3}, .weights = {{"kernel", {4, 3}}}}}},
         {{[] { return Dense(0); }, "units is 0; it must be at least 1"},
          {[] { return Dense(-3); }, "units is -3; it must be at least 1"},
          {[] { return Dense(4); }, "input has shape (3,); (batch, .., features) is needed", {3}},
          {[] { return Dense(4); },
           "input of shape (2, 5) has 5 features, kernel was built for 3; give an input of shape (batch, .., "
           "3)",
           {2, 5},
           {2, 3}},
          {[] { return Dense(4); },
           "input is int64; cast() it to float32, or put a layers::Rescaling(1. / 255) before the layer",
           Input({2, 3}, int64)},
          {Type::shape,
           [] {
               Dense layer(4);
               layer.build({2, Shape::unknown});
           },
           "dense: kernel would have shape (None, 4); the input's axes other than the batch must be known"}}},
        {"EinsumDense",
         "einsum_dense",
         {{"as a dense layer",
           [] { return EinsumDense("ab,bc->ac", {4}, {.activation = "tanh", .bias_axes = "c"}); },
           {.input = {3, 2}, .output = {3, 4}, .weights = {{"kernel", {2, 4}}, {"bias", {4}}}}},
          {"without bias, of several axes",
           [] {
               return EinsumDense("abc,cde->adbe", {3, Shape::unknown, 2});
           },
           {.input = {2, 3, 2}, .output = {2, 3, 3, 2}, .weights = {{"kernel", {2, 3, 2}}}}},
          {"with an ellipsis on the left",
           [] { return EinsumDense("...x,xy->...y", {3}, {.bias_axes = "y"}); },
           {.input = {2, 2, 2}, .output = {2, 2, 3}, .weights = {{"kernel", {2, 3}}, {"bias", {3}}}}},
          {"with an ellipsis on the right",
           [] { return EinsumDense("ab...,bc->ac...", {3}, {.bias_axes = "c"}); },
           {.input = {2, 2, 2}, .output = {2, 3, 2}, .weights = {{"kernel", {2, 3}}, {"bias", {3, 1}}}}}},
         {{[] { return EinsumDense("ab,bc>ac", {4}); },
           "equation \"ab,bc>ac\" is not accepted; it is \"X,Y->Z\", \"...X,Y->...Z\" or \"X...,Y->Z...\""},
          {[] { return EinsumDense("ab,bc->ac", {4}, {.bias_axes = "b"}); },
           "bias_axes \"b\" names 'b', which the output of \"ab,bc->ac\" does not have"},
          {sums, "input of shape (2, 4) does not have the 3 axes that \"abc,cd->abd\" names", {2, 4}},
          {sums,
           "input of shape (2, 2, 4) gives an output of shape (2, 2, 5), output_shape is (3, 5)",
           {2, 2, 4}},
          {sums,
           "input of shape (2, 3, 6) needs a kernel of shape (6, 5), the layer's has (4, 5)",
           {2, 3, 6},
           {2, 3, 4}},
          {[] { return EinsumDense("...x,xy->...y", {4}); },
           "input of shape (3,) does not have the 1 axes that \"...x,xy->...y\" names behind a batch",
           {3}},
          {Type::value,
           [] {
               return EinsumDense("ab,bc->ac", {4, 4});
           },
           "output_shape (4, 4) does not have the axes of \"ab,bc->ac\" behind the batch",
           {2, 3}},
          {Type::value,
           [] { return EinsumDense("ab,bxc->ac", {4}); },
           "equation \"ab,bxc->ac\" names 'x' in the kernel only; the input or the output must have it",
           {2, 3}}}},
        {"Embedding",
         "embedding",
         {{"by default",
           [] { return Embedding(5, 3); },
           {.input = Input({2, 4}, int32, 5), .output = {2, 4, 3}, .weights = {{"embeddings", {5, 3}}}}},
          {"with a mask, of a row",
           [] { return Embedding(4, 2, {.mask_zero = true}); },
           {.input = Input({3, 2}, int64, 4), .output = {3, 2, 2}, .weights = {{"embeddings", {4, 2}}}}}},
         {{[] { return Embedding(0, 2); }, "input_dim is 0; it must be at least 1"},
          {[] { return Embedding(2, -1); }, "output_dim is -1; it must be at least 1"},
          {[] { return Embedding(3, 2); }, "input is bool; numbers in [0, 3) are needed", Input({2}, bool_)},
          {[] {
               Embedding(3, 2, {.name = "e"})(Tensor::from({0, 3}));
           },
           "e: gather: index 3 is outside an axis of extent 3; indices count from 0"}}},
        {"Identity",
         "identity",
         {{"of numbers", [] { return Identity(); }, {.input = {2, 3, 4}, .output = {2, 3, 4}}},
          {"of rows", [] { return Identity({.trainable = false}); }, {.input = {2, 3}, .output = {2, 3}}}},
         {{[] {
               Identity()({ones({2}), ones({2})});
           },
           "identity: it takes one input and got 2; join them by a merging layer such as "
           "layers::Concatenate"},
          {[] { Identity({.name = "a/b"}); },
           "Layer: the name \"a/b\" holds a '/', which separates names in paths; leave it out"}}},
        {"InputLayer",
         "input_layer",
         {{"of images",
           [] {
               return InputLayer({4, 3, 1});
           },
           {.input = {2, 4, 3, 1}, .output = {2, 4, 3, 1}}},
          {"of rows", [] { return InputLayer({3}); }, {.input = {2, 3}, .output = {2, 3}}}},
         {{[] { return InputLayer({3}, {.batch_size = -1}); }, "batch_size is -1; it must not be negative"},
          {[] {
               return InputLayer({3, 3});
           },
           "input has shape (3, 3), the model was made for (None, 3, 3); reshape() the input",
           {3, 3}},
          {[] {
               return InputLayer({3, 3});
           },
           "input has shape (5, 3, 4), the model was made for (None, 3, 3); reshape() the input",
           {5, 3, 4}},
          {[] { return InputLayer({3}, {.batch_size = 2}); },
           "input has shape (1, 3), the model was made for (2, 3); reshape() the input",
           {1, 3}},
          {[] { input_layer_of("{}"); },
           "InputLayer: its config has no \"batch_shape\", which must be given"},
          {[] { input_layer_of(R"({"batch_shape": []})"); },
           "InputLayer: batch_shape is (); it must begin with the batch"},
          {[] { input_layer_of(R"({"batch_shape": [null, 3], "ragged": true})"); },
           "InputLayer: its config has \"ragged\": true, keratin offers false only"}}},
        {"Masking",
         "masking",
         {{"of zeros", [] { return Masking(); }, {.input = {2, 3, 4}, .output = {2, 3, 4}}},
          {"of another value",
           [] { return Masking({.mask_value = 0.5}); },
           {.input = {2, 3}, .output = {2, 3}}}},
         {{[] { return Masking(); }, "input has shape (3,); (batch, .., features) is needed", {3}},
          {[] { return Masking(); },
           "input is int32; cast() it to float32, or put a layers::Rescaling(1. / 255) before the layer",
           Input({2, 3}, int32)}}},
    };
}

TEST_CASE("Layers at the core pass the conformance routine", "[layers][layer_conformance]") {
    conformance::check_layers(conformance::core_layers());
}
