#include "onnx/import/graph.hpp"

#include <keratin/layers/concatenate.hpp>
#include <keratin/ops/shaping.hpp>

namespace keratin::onnx {
namespace {

void concatenate(const Node& node) {
    std::vector<Operand> parts;
    const Operand* first = nullptr;
    bool open = false;
    for (size_t i = 0; i < node.inputs(); ++i) {
        parts.push_back(node.input(i));
        if (!parts.back().is_constant() && !first) first = &node.input(i);
        open = open || parts.back().open;
    }
    const int rank = node.input(0).rank();
    const int axis = node.axis(node.integer("axis", 1), rank);
    for (const Operand& part : parts)
        if (part.rank() != rank) node.wrong("its inputs have ranks {} and {}", rank, part.rank());
    if (!first) {
        std::vector<Tensor> tensors;
        uint64_t elements = 0;
        for (const Operand& part : parts) {
            tensors.push_back(part.constant);
            elements += static_cast<uint64_t>(part.constant.size());
        }
        node.check_room(elements);
        return node.give(shape_value(concat(tensors, axis), open));
    }
    if (parts.size() == 1) return node.give(parts.front());
    const Order order = first->flattened.empty() ? first->order : natural_order(rank);
    bool layer = true;
    std::vector<KerasTensor> inputs;
    for (Operand& part : parts) {
        layer = layer && !part.is_constant() && part.dtype() == float32;
        part = part.is_constant() ? shape_value(in_storage(part.constant, order), part.open)
                                  : dynamic_value(node.stored(part, order));
        inputs.push_back(part.x);
    }
    const int place = order[static_cast<size_t>(axis)];
    Operand y;
    if (layer && place > 0)
        y = dynamic_value(node.layer(std::make_shared<layers::Concatenate>(layers::ConcatenateOptions{
                                         .axis = place, .name = node.layer_name()}),
                                     inputs));
    else
        y = node.call("numpy.Concatenate", parts, Config::object({{"axis", place}}));
    y.order = order;
    node.give(y);
}

}  // namespace

void add_joining(OperatorReaders& readers) {
    readers["Concat"] = concatenate;
}

}  // namespace keratin::onnx
