#include "onnx/export/layers.hpp"

#include "onnx/export/masks.hpp"
#include "onnx/export/models.hpp"

#include <keratin/models/model.hpp>

#include <algorithm>

namespace keratin::onnx {

bool LayerCall::called_with(std::string_view argument) const {
    if (!arguments.arguments.is_object()) return false;
    const Config* value = arguments.arguments.find(argument);
    return value && value->is_bool() && value->as_bool();
}

Tensor LayerCall::weight(std::string_view name) const {
    const std::string ending = fmt::format("/{}", name);
    for (const Variable& variable : layer.variables())
        if (variable.path().ends_with(ending)) return convert(variable.value(), float32);
    return {};
}

void LayerCall::refuse(std::string_view reason) const {
    fail<ValueError>("save_onnx: layer '{}' ({}) cannot be written as ONNX: {}", layer.name(),
                     layer.class_name(), reason);
}

const LayerWriters& layer_writers() {
    static const LayerWriters writers = [] {
        LayerWriters all;
        for (const auto add : {add_activations, add_attention, add_cells, add_convolutions, add_core,
                               add_encodings, add_images, add_merging, add_multi_head, add_normalizations,
                               add_pooling, add_recurrent, add_reshaping})
            add(all);
        return all;
    }();
    return writers;
}

std::vector<Value> write_layer(GraphWriter& graph, const Layer& layer, const CallOptions& arguments,
                               const std::vector<Value>& inputs) {
    const std::string class_name = layer.class_name();
    std::vector<Shape> shapes;
    for (const Value& input : inputs) shapes.push_back(input.shape);
    if (const auto* model = dynamic_cast<const Model*>(&layer)) return write_model(graph, *model, inputs);
    LayerCall call{layer, {}, arguments, inputs, {}, graph};
    if (const auto* operation = dynamic_cast<const layers::Operation*>(&layer)) {
        const std::string before = graph.scope(layer.name());
        std::vector<Value> outputs = write_operation(call, *operation);
        hand_masks_on(call, outputs);
        graph.scope(before);
        return outputs;
    }
    const auto found = layer_writers().find(class_name);
    if (found == layer_writers().end()) call.refuse("there are no operators for it");
    if (arguments.mask.defined()) call.refuse("it is called with a mask, which ONNX's operators do not know");
    call.config = layer.get_config();
    if (!call.called_with("return_attention_scores")) call.shapes = layer.compute_output_shapes(shapes);
    const std::string before = graph.scope(layer.name());
    std::vector<Value> outputs = found->second(call);
    for (size_t i = 0; i < std::min(outputs.size(), call.shapes.size()); ++i)
        outputs[i].shape = call.shapes[i];
    if (!layer.makes_mask()) hand_masks_on(call, outputs);
    graph.scope(before);
    return outputs;
}

Value reshaped(LayerCall& call, const Value& x, const Shape& shape) {
    Value y = call.graph.natural(x);
    Ints target;
    for (int axis = 0; axis < shape.rank(); ++axis) target.push_back(shape[axis]);
    const auto open = std::count(target.begin() + 1, target.end(), Shape::unknown);
    if (open > 1)
        call.refuse(
            fmt::format("of its output's shape {} more than one extent besides the batch is open", shape));
    if (open == 1) target.front() = 0;  // as the input's
    y.name = call.graph.node("Reshape", {y.name, call.graph.ints(target)});
    y.shape = shape;
    return y;
}

Ints in_file_order(const Value& x, Ints per_axis) {
    if (!x.channels_first) return per_axis;
    Ints result;
    for (const int64_t axis : to_channels_first(x.rank()))
        result.push_back(per_axis[static_cast<size_t>(axis)]);
    return result;
}

Value sliced(GraphWriter& graph, const Value& x, const std::vector<int>& axes, const Ints& starts,
             const Ints& ends) {
    Ints places;
    for (const int axis : axes) places.push_back(x.axis(axis));
    Value y = x;
    y.name = graph.node("Slice", {x.name, graph.ints(starts), graph.ints(ends), graph.ints(places)});
    return y;
}

std::vector<int> axes_of(const LayerCall& call, const Config& node, const Shape& shape) {
    std::vector<int> axes;
    const auto add = [&](const Config& one) {
        axes.push_back(shape.normalize_axis(static_cast<int>(one.as_integer()), call.layer.name().c_str()));
    };
    if (node.is_list())
        for (const Config& one : node.as_list()) add(one);
    else
        add(node);
    std::sort(axes.begin(), axes.end());
    return axes;
}

std::string reduced(GraphWriter& graph, const std::string& op, const Value& x, const std::vector<int>& axes,
                    bool keepdims) {
    const Ints places = x.axes(axes);
    if (op == "ReduceSum")
        return graph.node(op, {x.name, graph.ints(places)}, {{"keepdims", int64_t{keepdims}}});
    return graph.node(op, {x.name}, {{"axes", places}, {"keepdims", int64_t{keepdims}}});
}

Ints extents_of(const Config& node) {
    if (node.is_integer()) return {node.as_integer()};
    Ints extents;
    for (const Config& one : node.as_list()) extents.push_back(one.as_integer());
    return extents;
}

}  // namespace keratin::onnx
