#include "onnx/import/graph.hpp"

#include <keratin/autograd/tape.hpp>
#include <keratin/core/error.hpp>
#include <keratin/layers/operation.hpp>
#include <keratin/layers/permute.hpp>
#include <keratin/layers/reshape.hpp>
#include <keratin/ops/shaping.hpp>

#include <cmath>
#include <numeric>

namespace keratin::onnx {

Shape Operand::shape() const {
    if (is_constant()) return constant.shape();
    Shape shape = x.shape();
    for (size_t i = 0; i < order.size(); ++i) shape = shape.with(static_cast<int>(i), x.shape()[order[i]]);
    return shape;
}

Operand constant_value(Tensor tensor) {
    return {.constant = std::move(tensor)};
}

Operand shape_value(Tensor tensor, bool open) {
    Operand value = constant_value(std::move(tensor));
    if (!open) return value;
    value.open = value.dtype() == bool_ || value.dtype() == uint8;
    const Tensor wide = convert(value.constant, float64);
    for (const double one : wide.data<double>()) value.open = value.open || one == -1;
    return value;
}

Operand dynamic_value(KerasTensor x, Order order) {
    if (order.empty()) order = natural_order(x.rank());
    return {.x = std::move(x), .order = std::move(order)};
}

Order natural_order(int rank) {
    Order order(static_cast<size_t>(rank));
    std::iota(order.begin(), order.end(), 0);
    return order;
}

Order channels_last_order(int rank) {
    Order order = {0, rank - 1};
    for (int axis = 1; axis + 1 < rank; ++axis) order.push_back(axis);
    return order;
}

Order inverse(const Order& order) {
    Order back(order.size());
    for (size_t i = 0; i < order.size(); ++i) back[static_cast<size_t>(order[i])] = static_cast<int>(i);
    return back;
}

Tensor in_storage(const Tensor& constant, const Order& order) {
    const int rank = static_cast<int>(order.size());
    if (constant.rank() == 0 || constant.rank() > rank || order == natural_order(rank)) return constant;
    Shape wide = constant.shape();
    while (wide.rank() < rank) wide = Shape{1} + wide;
    return transpose(reshape(constant, wide), inverse(order));
}

std::string Node::title() const {
    return proto.name().empty() ? fmt::format("the node of output '{}' ({})",
                                              proto.output_size() ? proto.output(0) : std::string(), op())
                                : fmt::format("node '{}' ({})", proto.name(), op());
}

void Node::refuse(const std::string& reason) const {
    fail_at(importer.file(), {}, "{}: {}", title(), reason);
}

bool Node::has(size_t input) const {
    return input < inputs() && !proto.input(static_cast<int>(input)).empty();
}

const Operand& Node::input(size_t index) const {
    if (!has(index)) wrong("input {} is missing", index);
    return importer.value(proto.input(static_cast<int>(index)));
}

const Tensor& Node::constant(size_t index) const {
    const Operand& value = input(index);
    if (!value.is_constant())
        wrong(
            "input '{}' is computed by the graph; keratin needs it to be constant, for instance by "
            "LoadOnnxOptions::constants",
            proto.input(static_cast<int>(index)));
    if (value.open)
        wrong("input '{}' is an extent that is not known before data comes in",
              proto.input(static_cast<int>(index)));
    return value.constant;
}

Ints Node::list_of(const Tensor& tensor, size_t index) const {
    if (tensor.dtype() != int64 && tensor.dtype() != int32)
        wrong("input {} is {}; integers are needed", index, tensor.dtype());
    if (tensor.rank() > 1 || tensor.size() > 4096)
        wrong("input {} has shape {}; a short list is needed", index, tensor.shape());
    const Tensor wide = convert(tensor, int64);
    const auto data = wide.data<int64_t>();
    return {data.begin(), data.end()};
}

Ints Node::ints_of_input(size_t index) const {
    return list_of(constant(index), index);
}

Ints Node::extents_of_input(size_t index) const {
    const Operand& value = input(index);
    return list_of(value.open ? value.constant : constant(index), index);
}

double Node::number_of_input(size_t index) const {
    const Tensor& tensor = constant(index);
    if (tensor.size() != 1) wrong("input {} has shape {}; one number is needed", index, tensor.shape());
    return convert(tensor, float64).data<double>()[0];
}

int64_t Node::integer_of_input(size_t index) const {
    constexpr double most = 0x1p62;
    const double number = number_of_input(index);
    if (std::isnan(number)) wrong("input {} is {}; an integer is needed", index, number);
    return static_cast<int64_t>(std::clamp(number, -most, most));
}

const pb::AttributeProto* Node::find(std::string_view name, int type) const {
    const pb::AttributeProto* found = nullptr;
    for (const pb::AttributeProto& attribute : proto.attribute()) {
        if (attribute.name() != name) continue;
        if (found) wrong("attribute '{}' is there twice", name);
        found = &attribute;
    }
    // Files of IR version 3 may leave the type out.
    if (found && type && found->type() != 0 && found->type() != type)
        wrong("attribute '{}' is of type {}, it must be of {}", name, found->type(), type);
    return found;
}

int64_t Node::integer(std::string_view name, int64_t otherwise) const {
    const pb::AttributeProto* attribute = find(name, attribute_int);
    return attribute ? attribute->i() : otherwise;
}

double Node::number(std::string_view name, double otherwise) const {
    const pb::AttributeProto* attribute = find(name, attribute_float);
    return attribute ? static_cast<double>(attribute->f()) : otherwise;
}

std::string Node::text(std::string_view name, const std::string& otherwise) const {
    const pb::AttributeProto* attribute = find(name, attribute_string);
    return attribute ? attribute->s() : otherwise;
}

Ints Node::ints(std::string_view name, const Ints& otherwise) const {
    const pb::AttributeProto* attribute = find(name, attribute_ints);
    if (!attribute) return otherwise;
    if (attribute->ints_size() > 4096) wrong("attribute '{}' has {} numbers", name, attribute->ints_size());
    return {attribute->ints().begin(), attribute->ints().end()};
}

std::vector<double> Node::numbers(std::string_view name) const {
    const pb::AttributeProto* attribute = find(name, attribute_floats);
    if (!attribute) return {};
    return {attribute->floats().begin(), attribute->floats().end()};
}

std::vector<std::string> Node::texts(std::string_view name) const {
    const pb::AttributeProto* attribute = find(name, attribute_strings);
    if (!attribute) return {};
    return {attribute->strings().begin(), attribute->strings().end()};
}

const pb::TensorProto* Node::tensor(std::string_view name) const {
    const pb::AttributeProto* attribute = find(name, attribute_tensor);
    return attribute ? &attribute->t() : nullptr;
}

int Node::axis(int64_t given, int rank) const {
    if (given < -rank || given >= rank) wrong("axis {} is outside a rank of {}", given, rank);
    return static_cast<int>(given < 0 ? given + rank : given);
}

Order Node::axes(const Ints& given, int rank) const {
    Order result;
    for (const int64_t one : given) {
        result.push_back(axis(one, rank));
        if (std::count(result.begin(), result.end(), result.back()) > 1) wrong("axis {} is named twice", one);
    }
    return result;
}

void Node::give(size_t output, Operand value) const {
    if (!wants(static_cast<int>(output))) return;
    importer.set(proto.output(static_cast<int>(output)), std::move(value));
}

std::string Node::layer_name() const {
    return importer.free_name(proto.name().empty() ? to_snake_case(op()) : proto.name());
}

KerasTensor Node::layer(const std::shared_ptr<Layer>& one, const std::vector<KerasTensor>& inputs) const {
    return layer_outputs(one, inputs).front();
}

std::vector<KerasTensor> Node::layer_outputs(const std::shared_ptr<Layer>& one,
                                             const std::vector<KerasTensor>& inputs) const {
    return one->apply(inputs);
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
    bool open = false;
    for (size_t i = 0; i < operands.size(); ++i) {
        if (operands[i].is_constant()) {
            options.constants[i] = operands[i].constant;
            tensors.push_back(operands[i].constant);
            open = open || operands[i].open;
        } else {
            inputs.push_back(natural(operands[i]).x);
        }
    }
    if (open && !(inputs.empty() && moves_elements(function)))
        wrong("it computes with a shape that is not known");
    std::vector<Operand> results;
    if (inputs.empty()) {
        const NoGradient pause;
        options.constants.clear();
        layers::Operation once(function, std::move(arguments), std::move(options));
        for (const Tensor& tensor : once.call_list(tensors)) results.push_back(shape_value(tensor, open));
        return results;
    }
    const auto operation =
        std::make_shared<layers::Operation>(function, std::move(arguments), std::move(options));
    for (const KerasTensor& x : layer_outputs(operation, inputs)) results.push_back(dynamic_value(x));
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
    for (size_t i = 0; i < ranges.size(); ++i) key[static_cast<size_t>(order[i])] = part(ranges[i]);
    Operand y =
        call_all("numpy.GetItem", {dynamic_value(stored(x, order))}, Config::object(), {{1, key}}).front();
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
    if (x.is_constant()) return shape_value(convert(x.constant, dtype), x.open);
    return map("core.Cast", {x}, Config::object({{"dtype", std::string(name(dtype))}}));
}

Operand Node::natural(const Operand& x) const {
    if (x.is_constant()) return x;
    return dynamic_value(stored(x, natural_order(x.rank())));
}

KerasTensor Node::stored(const Operand& value, const Order& order) const {
    if (value.order == order && value.flattened.empty()) return value.x;
    const Importer::Turn key = {value.x.node().get(), value.order, value.flattened, order};
    KerasTensor x = value.x;
    const bool first_output = x.index() == 0;
    if (const auto found = importer.turned.find(key); first_output && found != importer.turned.end())
        return found->second;
    if (!value.flattened.empty()) {
        Ints last(value.flattened.begin() + 1, value.flattened.end());
        last.push_back(value.flattened.front());
        const int rank = static_cast<int>(last.size()) + 1;
        std::vector<int> front;
        for (const int axis : channels_last_order(rank)) front.push_back(axis);
        front.erase(front.begin());
        x = layer(layers::Reshape(Shape(last), {.name = layer_name()}), x);
        x = layer(layers::Permute(front, {.name = layer_name()}), x);
        x = layer(layers::Reshape({value.x.shape()[1]}, {.name = layer_name()}), x);
    }
    if (value.order != order) {
        const Order back = inverse(order);
        Config::List permutation;
        std::vector<int> dims;
        for (size_t i = 0; i < back.size(); ++i) {
            dims.push_back(value.order[static_cast<size_t>(back[i])]);
            permutation.emplace_back(dims.back());
        }
        if (dims.front() == 0) {
            dims.erase(dims.begin());
            x = layer(layers::Permute(dims, {.name = layer_name()}), x);
        } else {
            x = layer(layers::Operation("numpy.Transpose", Config::object({{"axes", permutation}}),
                                        {.name = layer_name()}),
                      x);
        }
    }
    if (first_output) importer.turned[key] = x;
    return x;
}

void Node::check_size(const Ints& shape) const {
    constexpr uint64_t most = uint64_t{1} << 24;
    uint64_t elements = 1;
    if (shape.size() > Shape::max_rank)
        wrong("its result has {} axes; there may be {}", shape.size(), Shape::max_rank);
    for (const int64_t extent : shape)
        if (extent != Shape::unknown &&
            (extent < 0 || __builtin_mul_overflow(elements, static_cast<uint64_t>(extent), &elements) ||
             elements > most))
            wrong("its result would have the shape ({}); keratin makes tensors of up to 2^24 elements here",
                  fmt::join(shape, ", "));
}

}  // namespace keratin::onnx
