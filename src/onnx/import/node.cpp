#include "onnx/import/graph.hpp"

#include <keratin/core/error.hpp>

#include <cmath>

namespace keratin::onnx {

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
    for (size_t i = 0; i < inputs(); ++i)
        if (has(i) && !input(i).is_constant()) return;
    check_room(elements);
}

void Node::check_parts(int64_t parts) const {
    constexpr int64_t most = 256;
    if (parts > most - importer.parts)
        wrong("it becomes {} layers; keratin makes up to {} of such parts of one file", parts, most);
    importer.parts += parts;
}

}  // namespace keratin::onnx
