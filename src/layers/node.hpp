#pragma once

#include <keratin/layers/input_layer.hpp>
#include <keratin/layers/keras_tensor.hpp>
#include <keratin/layers/layer.hpp>

#include <memory>
#include <vector>

namespace keratin::detail {

/// One call of a layer on symbolic tensors (keras.src.ops.node.Node). Nodes point to where they come from
/// only, so a graph lives as long as somebody holds its end.
struct Node {
    struct Output {
        Shape shape;
        DType dtype;
    };

    Node(std::shared_ptr<Layer> called, std::vector<KerasTensor> arguments, CallOptions how,
         std::vector<Output> results);
    /// Long chains of nodes are taken apart one by one, not each by the one behind it.
    ~Node();
    Node(const Node&) = delete;
    Node& operator=(const Node&) = delete;

    std::shared_ptr<Layer> layer;
    std::vector<KerasTensor> inputs;  ///< none for an Input
    CallOptions options;
    std::vector<Output> outputs;
    size_t index;  ///< which call of the layer this is, from 0
};

/// What Input() returns, for a layer that is there.
KerasTensor input_of(const std::shared_ptr<layers::InputLayer>& layer);

}  // namespace keratin::detail
