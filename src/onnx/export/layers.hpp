#pragma once

#include "onnx/export/graph.hpp"

#include <keratin/core/config.hpp>
#include <keratin/layers/layer.hpp>
#include <keratin/layers/operation.hpp>

#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace keratin::onnx {

/// One call of a layer, to be written as nodes.
struct LayerCall {
    const Layer& layer;
    Config config;          ///< the layer's
    CallOptions arguments;  ///< of the call
    std::vector<Value> inputs;
    std::vector<Shape> shapes;  ///< of the outputs
    GraphWriter& graph;

    const Value& x() const { return inputs.front(); }
    bool flag(std::string_view key) const { return config[key].as_bool(); }
    int64_t integer(std::string_view key) const { return config[key].as_integer(); }
    double number(std::string_view key) const { return config[key].as_number(); }
    const std::string& word(std::string_view key) const { return config[key].as_string(); }
    bool called_with(std::string_view argument) const;
    /// The variable whose path ends so ("kernel", "query/kernel"), undefined where there is none.
    Tensor weight(std::string_view name) const;
    /// Throws ValueError: this layer cannot be said in ONNX, because ...
    [[noreturn]] void refuse(std::string_view reason) const;
};

using LayerWriter = std::vector<Value> (*)(LayerCall& call);
using LayerWriters = std::map<std::string_view, LayerWriter>;

void add_activations(LayerWriters& writers);
void add_attention(LayerWriters& writers);
void add_cells(LayerWriters& writers);
void add_convolutions(LayerWriters& writers);
void add_core(LayerWriters& writers);
void add_encodings(LayerWriters& writers);
void add_images(LayerWriters& writers);
void add_merging(LayerWriters& writers);
void add_multi_head(LayerWriters& writers);
void add_normalizations(LayerWriters& writers);
void add_pooling(LayerWriters& writers);
void add_recurrent(LayerWriters& writers);
void add_reshaping(LayerWriters& writers);
const LayerWriters& layer_writers();

/// The nodes of any layer, models included.
std::vector<Value> write_layer(GraphWriter& graph, const Layer& layer, const CallOptions& arguments,
                               const std::vector<Value>& inputs);
/// A call of a function of keras.ops.
std::vector<Value> write_operation(LayerCall& call, const layers::Operation& operation);
/// An activation by Keras's name.
Value activated(GraphWriter& graph, const Value& x, std::string_view activation);

// -- what several families need
// ---------------------------------------------------------------------------------

/// x with this shape, in Keras's order; one extent besides the batch may be unknown.
Value reshaped(LayerCall& call, const Value& x, const Shape& shape);
/// The extent of each axis of Keras's, in the order of the file.
Ints in_file_order(const Value& x, Ints per_axis);
/// x[start, end) along axes of Keras's.
Value sliced(GraphWriter& graph, const Value& x, const std::vector<int>& axes, const Ints& starts,
             const Ints& ends);
/// Axes of a config: a number or a list of them, counted from the front, ascending.
std::vector<int> axes_of(const LayerCall& call, const Config& node, const Shape& shape);
/// x reduced over axes of Keras's by a Reduce operator.
std::string reduced(GraphWriter& graph, const std::string& op, const Value& x, const std::vector<int>& axes,
                    bool keepdims);
/// [rows, columns] of a config, or [steps].
Ints extents_of(const Config& node);

}  // namespace keratin::onnx
