#pragma once

#include "conformance/layers/families.hpp"
#include "support/check_layer.hpp"

#include <keratin/layers.hpp>
#include <keratin/layers/operation.hpp>
#include <keratin/models/lenet5.hpp>
#include <keratin/models/mobilenet.hpp>
#include <keratin/models/model.hpp>
#include <keratin/models/resnet.hpp>
#include <keratin/models/sequential.hpp>
#include <keratin/ops/elementwise.hpp>

#include <memory>
#include <string>
#include <vector>

/// What the tests of ONNX files write: every layer in every configuration of the conformance routine, and
/// whole nets.
namespace onnx_nets {

using namespace keratin;

struct Net {
    std::string name;        ///< "Conv2D, by default"
    std::string class_name;  ///< of the layer
    std::function<std::shared_ptr<Model>()> make;
    std::vector<Tensor> inputs;
};

/// A layer as the only one of a functional model, with weights that no initializer gives.
inline std::shared_ptr<Model> model_of(const conformance::Maker& maker, const conformance::Facts& facts) {
    std::vector<KerasTensor> inputs;
    for (const conformance::Input& input : facts.input.list)
        inputs.push_back(
            Input(input.shape.slice(1, input.shape.rank()), {.dtype = input.dtype.value_or(float32)}));
    const conformance::LayerPointer layer = maker.make();
    auto model = std::make_shared<Model>(inputs, layer->apply(inputs));
    conformance::fill(*model);
    return model;
}

inline std::vector<Net> layers() {
    std::vector<Net> nets;
    for (const auto& family :
         {conformance::activation_layers, conformance::attention_layers, conformance::core_layers,
          conformance::encoding_layers, conformance::image_convolution_layers, conformance::image_layers,
          conformance::merging_layers, conformance::model_layers, conformance::normalization_layers,
          conformance::pooling_layers, conformance::recurrent_layers, conformance::regularization_layers,
          conformance::reshaping_layers, conformance::sequence_convolution_layers})
        for (const conformance::LayerCase& layer : family())
            for (const conformance::Configuration& one : layer.configurations) {
                if (one.facts.input.list.empty()) continue;  // of strings
                nets.push_back({layer.class_name + ", " + one.what, layer.class_name,
                                [one] { return model_of(one.maker, one.facts); },
                                conformance::samples(one.facts, 1, float32)});
            }
    return nets;
}

template <class M>
Net net(const char* name, const Shape& shape, M make) {
    return {name,
            "",
            [make, shape] {
                auto model = std::make_shared<std::invoke_result_t<M&>>(make());
                model->build(shape.with(0, Shape::unknown));
                unsigned seed = 0;  // what an activation of many layers still passes on
                for (const Variable& v : model->variables())
                    if (v.shape().rank() == 1)
                        v.assign(numbers::distinct(v.shape(), ++seed, 0.2, v.dtype()) + 1);
                return std::static_pointer_cast<Model>(model);
            },
            {numbers::distinct(shape, 7, 1.0, float32)}};
}

/// Images of any size, a branch, a shared layer, and two outputs of different order of axes.
inline Model branching() {
    const KerasTensor x = Input({Shape::unknown, Shape::unknown, 3});
    const layers::Conv2D shared(4, {.kernel_size = 3, .padding = "same", .activation = "relu"});
    const KerasTensor a = shared(x), b = layers::MaxPooling2D(2)(shared(layers::UpSampling2D(2)(x)));
    const KerasTensor sum = layers::Add()({a, b});
    return Model(x, {sum, layers::Dense(3)(layers::GlobalAveragePooling2D()(sum))});
}

inline KerasTensor op(const char* function, const std::vector<KerasTensor>& inputs,
                      const char* arguments = "{}", const std::map<size_t, const char*>& constants = {}) {
    std::map<size_t, Config> literals;
    for (const auto& [place, json] : constants) literals[place] = Config::from_json(json);
    return layers::operation(function, inputs, Config::from_json(arguments), {.literals = literals});
}

/// A graph of one input.
inline Net graph(const char* name, const Shape& shape, DType dtype,
                 std::vector<KerasTensor> (*make)(const KerasTensor& x)) {
    return {name,
            "",
            [make, shape, dtype] {
                const KerasTensor x = Input(shape.slice(1, shape.rank()), {.dtype = dtype});
                return std::make_shared<Model>(x, make(x));
            },
            {convert(numbers::distinct(shape, 7, is_floating(dtype) ? 1.0 : 4.0, float32), dtype)}};
}

/// What is said in ONNX in another way than in Keras.
inline std::vector<Net> graphs() {
    return {graph("clipped images", {2, 5, 4, 3}, float32,
                  [](const KerasTensor& x) -> std::vector<KerasTensor> {
                      const KerasTensor y = op("numpy.Clip", {layers::Conv2D(4, {.kernel_size = 2})(x)},
                                               R"({"x_min": 0, "x_max": 0.2})");
                      return {y, layers::Dense(2)(layers::Flatten()(y))};
                  }),
            graph("integers", {2, 6}, int32,
                  [](const KerasTensor& x) -> std::vector<KerasTensor> {
                      return {op("numpy.Clip", {x}, R"({"x_min": -1, "x_max": 2})"), op("numpy.Square", {x}),
                              op("numpy.Greater", {x}, "{}", {{1, "0.5"}}), op("nn.Softmax", {x}),
                              op("numpy.Equal", {x}, "{}", {{0, "1"}})};
                  }),
            graph("constants", {3, 4}, float32,
                  [](const KerasTensor& x) -> std::vector<KerasTensor> {
                      const KerasTensor above = op("numpy.Greater", {x}, "{}", {{1, "0.25"}});
                      const char* row = R"({"class_name": "__numpy__",
                                        "config": {"value": [0.5, -1, 0, 2], "dtype": "float32"}})";
                      return {op("numpy.Take", {x}, R"({"axis": 1})", {{1, "[0, 2]"}}),
                              op("numpy.Take", {x}, R"({"axis": 1})", {{1, "-1"}}),
                              op("numpy.Where", {above}, "{}", {{1, "true"}, {2, "false"}}),
                              op("numpy.LogicalAnd", {above}, "{}", {{1, "true"}}),
                              op("numpy.LogicalOr", {above}, "{}", {{0, "[false, true, false, true]"}}),
                              op("numpy.Maximum", {x}, "{}", {{1, row}}),
                              op("numpy.LessEqual", {x}, "{}", {{1, row}}),
                              op("numpy.Pad", {x}, R"({"pad_width": [[0, 0], [1, 0]]})", {{1, "1.5"}})};
                  }),
            graph("one value as several outputs", {2, 5, 4, 3}, float32,
                  [](const KerasTensor& x) -> std::vector<KerasTensor> {
                      const KerasTensor image = layers::Conv2D(4, {.kernel_size = 2})(x);
                      const KerasTensor y = layers::Dense(3)(layers::Flatten()(image));
                      return {y, layers::Dropout(0.5)(y), y, image, x, image, x};
                  }),
            graph("sizes that rounded factors miss", {2, 7, 9, 3}, float32,
                  [](const KerasTensor& x) -> std::vector<KerasTensor> {
                      return {layers::Resizing(31, 83)(x), layers::CenterCrop(31, 4)(x),
                              layers::Resizing(31, 83, {.interpolation = "nearest"})(x)};
                  }),
            graph("activations with numbers", {2, 4, 3}, float32,
                  [](const KerasTensor& x) -> std::vector<KerasTensor> {
                      return {
                          layers::GRU(2, {.activation = "linear"})(x),
                          layers::GRU(2, {.activation = "elu", .recurrent_activation = "hard_sigmoid"})(x),
                          layers::LSTM(2, {.activation = "leaky_relu"})(x),
                          layers::LSTM(2, {.activation = "linear", .recurrent_activation = "elu"})(x),
                          layers::SimpleRNN(2, {.activation = "hard_sigmoid"})(x)};
                  })};
}

inline std::vector<Net> whole() {
    return {
        net("LeNet-5", {3, 28, 28, 1}, [] { return models::lenet5({.classes = 10}); }),
        net("ResNet-20", {2, 32, 32, 3}, [] { return models::resnet20({}); }),
        net("MobileNetV2", {1, 32, 32, 3},
            [] {
                return models::mobilenet_v2({.input_shape = Shape{32, 32, 3}, .alpha = 0.35, .classes = 10});
            }),
        net("branching", {2, 6, 5, 3}, branching), net("text", {2, 7}, [] {
            return Sequential(
                layers::Embedding(9, 4), layers::Bidirectional(layers::GRU(3, {.return_sequences = true})),
                layers::Conv1D(5, {.kernel_size = 3, .padding = "causal", .activation = "gelu"}),
                layers::GlobalMaxPooling1D(), layers::Dense(2, {.activation = "softmax"}));
        })};
}

}  // namespace onnx_nets
