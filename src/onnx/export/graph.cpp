#include "onnx/export/graph.hpp"

#include "onnx/tensors.hpp"

#include <keratin/ops/shaping.hpp>

#include <algorithm>

namespace keratin::onnx {
namespace {

template <class... Fs>
struct Overloaded : Fs... {
    using Fs::operator()...;
};
template <class... Fs>
Overloaded(Fs...) -> Overloaded<Fs...>;

void set(pb::AttributeProto& proto, const Attribute& attribute) {
    std::visit(Overloaded{[&](int64_t value) {
                              proto.set_type(attribute_int);
                              proto.set_i(value);
                          },
                          [&](float value) {
                              proto.set_type(attribute_float);
                              proto.set_f(value);
                          },
                          [&](const std::string& value) {
                              proto.set_type(attribute_string);
                              proto.set_s(value);
                          },
                          [&](const Subgraph& value) {
                              proto.set_type(attribute_graph);
                              proto.set_g(value.bytes);
                          },
                          [&](const std::vector<int64_t>& values) {
                              proto.set_type(attribute_ints);
                              for (const int64_t value : values) proto.add_ints(value);
                          },
                          [&](const std::vector<float>& values) {
                              proto.set_type(attribute_floats);
                              for (const float value : values) proto.add_floats(value);
                          },
                          [&](const std::vector<std::string>& values) {
                              proto.set_type(attribute_strings);
                              for (const std::string& value : values) proto.add_strings(value);
                          }},
               attribute);
}

}  // namespace

Ints to_channels_first(int rank) {
    Ints order = {0, rank - 1};
    for (int axis = 1; axis + 1 < rank; ++axis) order.push_back(axis);
    return order;
}

Ints to_channels_last(int rank) {
    Ints order = {0};
    for (int axis = 2; axis < rank; ++axis) order.push_back(axis);
    order.push_back(1);
    return order;
}

int Value::axis(int keras_axis) const {
    const int axis = shape.normalize_axis(keras_axis, "ONNX");
    if (!channels_first || axis == 0) return axis;
    return axis == rank() - 1 ? 1 : axis + 1;
}

std::vector<int64_t> Value::axes(const std::vector<int>& keras_axes) const {
    Ints result;
    for (const int one : keras_axes) result.push_back(axis(one));
    std::sort(result.begin(), result.end());
    return result;
}

void describe(pb::ValueInfoProto& info, const Value& value) {
    info.set_name(value.name);
    pb::TypeProto::Tensor& type = *info.mutable_type()->mutable_tensor_type();
    type.set_elem_type(element_type(value.dtype));
    pb::TensorShapeProto& shape = *type.mutable_shape();
    Ints extents(value.shape.begin(), value.shape.end());
    if (value.channels_first)
        for (int axis = 0; axis < value.rank(); ++axis)
            extents[static_cast<size_t>(value.axis(axis))] = value.shape[axis];
    for (size_t axis = 0; axis < extents.size(); ++axis) {
        pb::TensorShapeProto::Dimension& dim = *shape.add_dim();
        if (extents[axis] != Shape::unknown)
            dim.set_dim_value(extents[axis]);
        else
            dim.set_dim_param(axis == 0 ? "batch" : fmt::format("{}_{}", value.name, axis));
    }
}

std::string GraphWriter::unique(const std::string& name) {
    for (int& count = names_[name];;) {
        const std::string candidate = count == 0 ? name : fmt::format("{}_{}", name, count);
        ++count;
        if (candidate == name || names_.try_emplace(candidate, 1).second) return candidate;
    }
}

std::string GraphWriter::scope(std::string name) {
    std::swap(scope_, name);
    return name;
}

std::vector<std::string> GraphWriter::nodes(const std::string& op, const std::vector<std::string>& inputs,
                                            const Attributes& attributes, const std::vector<bool>& outputs) {
    pb::NodeProto& node = *graph_.add_node();
    const std::string name = unique(fmt::format("{}/{}", scope_, op));
    node.set_name(name);
    node.set_op_type(op);
    for (const std::string& input : inputs) node.add_input(input);
    std::vector<std::string> results;
    for (size_t i = 0; i < outputs.size(); ++i) {
        const std::string output =
            outputs[i] ? unique(i == 0 ? name + ":0" : fmt::format("{}:{}", name, i)) : "";
        node.add_output(output);
        results.push_back(output);
    }
    for (const auto& [key, attribute] : attributes) {
        pb::AttributeProto& proto = *node.add_attribute();
        proto.set_name(key);
        set(proto, attribute);
    }
    return results;
}

std::string GraphWriter::node(const std::string& op, const std::vector<std::string>& inputs,
                              const Attributes& attributes) {
    return nodes(op, inputs, attributes, {true}).front();
}

std::string GraphWriter::weight(const Tensor& tensor, const std::string& name) {
    const std::string full =
        unique(name.find('/') == std::string::npos ? fmt::format("{}/{}", scope_, name) : name);
    to_proto(is_floating(tensor.dtype()) ? convert(tensor, float32) : tensor, full,
             *graph_.add_initializer());
    return full;
}

Value GraphWriter::unary(const std::string& op, const Value& x, const Attributes& attributes) {
    Value y = x;
    y.name = node(op, {x.name}, attributes);
    return y;
}

Value GraphWriter::binary(const std::string& op, const Value& x, const std::string& other) {
    Value y = x;
    y.name = node(op, {x.name, other});
    return y;
}

Value GraphWriter::cast(const Value& x, DType dtype) {
    const DType written = is_floating(dtype) ? float32 : dtype;
    if (x.dtype == written) return x;
    Value y = unary("Cast", x, {{"to", int64_t{element_type(written)}}});
    y.dtype = written;
    return y;
}

Value GraphWriter::transposed(const Value& x, const Ints& permutation, const std::string& name) {
    Value y = x;
    y.name = name.empty() ? node("Transpose", {x.name}, {{"perm", permutation}}) : name;
    for (size_t i = 0; i < permutation.size(); ++i)
        y.shape = y.shape.with(static_cast<int>(i), x.shape[static_cast<int>(permutation[i])]);
    return y;
}

std::string GraphWriter::spread(const Tensor& numbers, const std::vector<int>& axes, const Value& x,
                                const std::string& name) {
    std::vector<std::pair<int, int64_t>> extents;  // the axis in the file, the extent
    for (size_t i = 0; i < axes.size(); ++i)
        extents.emplace_back(x.axis(axes[i]), numbers.shape()[static_cast<int>(i)]);
    Ints shape(static_cast<size_t>(x.rank()), 1);
    for (const auto& [axis, extent] : extents) shape[static_cast<size_t>(axis)] = extent;
    // Only the channels move in front of others, which matters where they are not the only ones.
    Tensor ordered = numbers;
    if (x.channels_first && axes.size() > 1 && x.axis(axes.back()) == 1) {
        std::vector<int> order = {numbers.rank() - 1};
        for (int axis = 0; axis + 1 < numbers.rank(); ++axis) order.push_back(axis);
        ordered = transpose(numbers, order);
    }
    return weight(ordered.view(Shape(shape)), name);
}

Value GraphWriter::natural(const Value& x) {
    if (!x.channels_first) return x;
    Value y = x;
    y.channels_first = false;
    if (const auto found = turned_.find(x.name); found != turned_.end()) {
        y.name = found->second;
        return y;
    }
    y.name = node("Transpose", {x.name}, {{"perm", to_channels_last(x.rank())}});
    turned_[x.name] = y.name;
    turned_[y.name] = x.name;
    return y;
}

Value GraphWriter::channels_first(const Value& x) {
    if (x.channels_first || x.rank() < 3) return x;
    Value y = x;
    y.channels_first = true;
    if (const auto found = turned_.find(x.name); found != turned_.end()) {
        y.name = found->second;
        return y;
    }
    y.name = node("Transpose", {x.name}, {{"perm", to_channels_first(x.rank())}});
    turned_[x.name] = y.name;
    turned_[y.name] = x.name;
    return y;
}

std::vector<Value> GraphWriter::alike(const std::vector<Value>& values) {
    bool first = false, one_rank = true;
    for (const Value& value : values) {
        first = first || value.channels_first;
        one_rank = one_rank && value.rank() == values.front().rank();
    }
    std::vector<Value> result;
    for (const Value& value : values)
        result.push_back(first && one_rank ? channels_first(value) : natural(value));
    return result;
}

}  // namespace keratin::onnx
