#include "onnx/import/graph.hpp"

#include <keratin/autograd/tape.hpp>
#include <keratin/layers/operation.hpp>
#include <keratin/layers/permute.hpp>
#include <keratin/layers/reshape.hpp>
#include <keratin/ops/shaping.hpp>

/// What a node becomes: layers, and calls of functions of keras.ops.
namespace keratin::onnx {

std::string Node::layer_name() const {
    return importer.free_name(proto.name().empty() ? to_snake_case(op()) : proto.name());
}

KerasTensor Node::layer(const std::shared_ptr<Layer>& one, const std::vector<KerasTensor>& inputs) const {
    return layer_outputs(one, inputs).front();
}

std::vector<KerasTensor> Node::layer_outputs(const std::shared_ptr<Layer>& one,
                                             const std::vector<KerasTensor>& inputs) const {
    const std::vector<KerasTensor> results = one->apply(inputs);
    std::vector<Part> parts;
    for (const KerasTensor& x : inputs) parts.push_back({x.shape(), importer.rows_of(x)});
    follow_rows(*one, parts, results);
    return results;
}

void Node::follow_rows(const Layer& layer, const std::vector<Part>& parts,
                       const std::vector<KerasTensor>& results) const {
    const std::optional<Rows> rows = rows_of_layer(*this, layer, parts, results.front().rank());
    for (const KerasTensor& x : results) importer.set_rows(x, rows);
}

namespace {

/// Functions that make the same of an extent that is not known as of one that is.
bool moves_elements(std::string_view function) {
    static const std::set<std::string_view> all = {
        "numpy.BroadcastTo", "numpy.Concatenate", "numpy.ExpandDims", "numpy.Flip", "numpy.Reshape",
        "numpy.Squeeze",     "numpy.Swapaxes",    "numpy.Take",       "numpy.Tile", "numpy.Transpose"};
    return all.contains(function);
}

}  // namespace

std::vector<Operand> Node::call_all(std::string_view function, const std::vector<Operand>& operands,
                                    Config arguments, std::map<size_t, Config> literals) const {
    layers::OperationOptions options{.literals = std::move(literals), .name = layer_name()};
    std::vector<Tensor> tensors;
    std::vector<KerasTensor> inputs;
    std::vector<Part> parts;
    bool open = false;
    for (size_t i = 0; i < operands.size(); ++i) {
        if (operands[i].is_constant()) {
            options.constants[i] = operands[i].constant;
            parts.push_back({operands[i].constant.shape(), {}});
            tensors.push_back(operands[i].constant);
            open = open || operands[i].open;
        } else {
            inputs.push_back(natural(operands[i]).x);
            parts.push_back({inputs.back().shape(), importer.rows_of(inputs.back())});
        }
    }
    if (open && !(inputs.empty() && moves_elements(function)))
        wrong("it computes with a shape that is not known");
    std::vector<Operand> results;
    if (inputs.empty()) {
        const NoGradient pause;
        options.constants.clear();
        check_room(function, arguments, tensors);
        layers::Operation once(function, std::move(arguments), std::move(options));
        for (const Tensor& tensor : once.call_list(tensors)) results.push_back(shape_value(tensor, open));
        return results;
    }
    const auto operation =
        std::make_shared<layers::Operation>(function, std::move(arguments), std::move(options));
    const std::vector<KerasTensor> made = operation->apply(inputs);
    follow_rows(*operation, parts, made);
    for (const KerasTensor& x : made) results.push_back(dynamic_value(x));
    return results;
}

Operand Node::call(std::string_view function, const std::vector<Operand>& operands, Config arguments) const {
    return call_all(function, operands, std::move(arguments)).front();
}

Operand Node::sliced(const Operand& x, const std::vector<Range>& ranges) const {
    if (x.is_constant()) {
        std::vector<Slice> slices;
        for (const Range& range : ranges) slices.emplace_back(range.start, range.stop, range.step);
        return shape_value(slice(x.constant, slices), x.open);
    }
    const auto bound = [](int64_t value) { return value == INT64_MAX ? Config() : Config(value); };
    const Order order = x.flattened.empty() ? x.order : natural_order(x.rank());
    const auto part = [&](const Range& range) {
        const Config config = Config::object(
            {{"start", range.step > 0 || range.start != INT64_MAX ? Config(range.start) : Config()},
             {"stop", bound(range.stop)},
             {"step", range.step}});
        return Config::object({{"class_name", "__slice__"}, {"config", config}});
    };
    Config::List key(order.size(), part({}));
    const KerasTensor whole = stored(x, order);
    const std::optional<Rows> rows = importer.rows_of(whole);
    for (size_t i = 0; i < ranges.size(); ++i) {
        if (rows && rows->axis == order[i] && ranges[i] != Range{}) refuse_mixed_rows(*this);
        key[static_cast<size_t>(order[i])] = part(ranges[i]);
    }
    Operand y = call_all("numpy.GetItem", {dynamic_value(whole)}, Config::object(), {{1, key}}).front();
    y.order = order;
    return y;
}

Operand Node::map(std::string_view function, const std::vector<Operand>& operands, Config arguments) const {
    const Operand* first = nullptr;
    int rank = 0;
    bool one_rank = true;
    for (const Operand& operand : operands) {
        rank = std::max(rank, operand.rank());
        if (operand.is_constant()) continue;
        one_rank = one_rank && (!first || first->rank() == operand.rank());
        if (!first) first = &operand;
    }
    if (!first || !one_rank || first->rank() != rank) return call(function, operands, std::move(arguments));
    // Together, so that what runs element by element needs no order of its own.
    const Order order = first->order;
    std::vector<Operand> stored_operands;
    for (const Operand& operand : operands) {
        if (operand.is_constant())
            stored_operands.push_back(shape_value(in_storage(operand.constant, order), operand.open));
        else if (operands.size() == 1)
            stored_operands.push_back(dynamic_value(operand.x));
        else
            stored_operands.push_back(dynamic_value(stored(operand, order)));
    }
    Operand y = call(function, stored_operands, std::move(arguments));
    y.order = order;
    if (operands.size() == 1) y.flattened = first->flattened;
    return y;
}

Operand Node::cast(const Operand& x, DType dtype) const {
    if (x.dtype() == dtype) return x;
    if (x.is_constant()) {
        check_room(static_cast<uint64_t>(x.constant.size()));
        return shape_value(convert(x.constant, dtype), x.open);
    }
    return map("core.Cast", {x}, Config::object({{"dtype", std::string(name(dtype))}}));
}

Operand Node::second_input() const {
    Operand second = input(1);
    if (importer.opset() >= 7) return second;
    const int rank = input(0).rank();
    if (integer("broadcast", 0) == 0) {
        if (second.rank() != rank)
            wrong("its inputs have shapes {} and {}; before opset 7 those differ only where broadcast is set",
                  input(0).shape(), second.shape());
        return second;
    }
    if (second.rank() == 0 || !has_attribute("axis")) return second;  // along the last axes
    const int behind = rank - axis(integer("axis", 0), rank) - second.rank();
    if (behind < 0)
        wrong("input of shape {} does not lie in {} from axis {} on", second.shape(), input(0).shape(),
              integer("axis", 0));
    for (int i = 0; i < behind; ++i)
        second = call("numpy.ExpandDims", {second}, Config::object({{"axis", -1}}));
    return second;
}

Operand Node::natural(const Operand& x) const {
    if (x.is_constant()) return x;
    return dynamic_value(stored(x, natural_order(x.rank())));
}

namespace {

/// A row of channels-last images, of these extents (channels, rows, ..), as one of ONNX's.
KerasTensor channels_in_front(const Node& node, KerasTensor x, const Ints& image) {
    Ints last(image.begin() + 1, image.end());
    last.push_back(image.front());
    const Order order = channels_last_order(static_cast<int>(last.size()) + 1);
    const int64_t size = x.shape()[1];
    x = node.layer(layers::Reshape(Shape(last), {.name = node.layer_name()}), x);
    x = node.layer(
        layers::Permute(std::vector<int>(order.begin() + 1, order.end()), {.name = node.layer_name()}), x);
    return node.layer(layers::Reshape({size}, {.name = node.layer_name()}), x);
}

/// x with its axes in this order.
KerasTensor turned(const Node& node, const KerasTensor& x, std::vector<int> order) {
    if (order.front() == 0) {
        order.erase(order.begin());
        return node.layer(layers::Permute(order, {.name = node.layer_name()}), x);
    }
    const Config arguments = Config::object({{"axes", Config::List(order.begin(), order.end())}});
    return node.layer(layers::Operation("numpy.Transpose", arguments, {.name = node.layer_name()}), x);
}

}  // namespace

KerasTensor Node::stored(const Operand& value, const Order& order) const {
    if (value.order == order && value.flattened.empty()) return value.x;
    const Importer::Turn key = {value.x.node().get(), value.order, value.flattened, order};
    KerasTensor x = value.x;
    const bool first_output = x.index() == 0;
    if (const auto found = importer.turned.find(key); first_output && found != importer.turned.end())
        return found->second;
    if (!value.flattened.empty()) x = channels_in_front(*this, x, value.flattened);
    if (value.order != order) {
        std::vector<int> permutation;
        for (const int axis : inverse(order)) permutation.push_back(value.order[static_cast<size_t>(axis)]);
        x = turned(*this, x, permutation);
    }
    if (first_output) importer.turned[key] = x;
    return x;
}

}  // namespace keratin::onnx
