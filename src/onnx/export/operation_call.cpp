#include "onnx/export/operation_call.hpp"

#include "layers/operations/call.hpp"

namespace keratin::onnx {
namespace {

bool is_number(const Config& node) {
    return node.is_number() || node.is_bool();
}

constexpr const char* mark = "an input";

}  // namespace

OperationCall::OperationCall(LayerCall& layer_call, const layers::Operation& called)
    : call(layer_call), operation(called) {
    std::vector<Shape> shapes;
    std::vector<DType> dtypes;
    for (const Value& input : call.inputs) {
        shapes.push_back(input.shape);
        dtypes.push_back(input.dtype);
    }
    const std::vector<layers::Operation::Output> results = operation.compute_output_spec(shapes, dtypes);
    if (results.size() != 1) call.refuse("it has several results");
    result = results.front();
    const Config config = operation.call_config(std::vector<Config>(call.inputs.size(), Config(mark)));
    size_t next = 0;
    for (const Config& argument : config["args"].as_list()) {
        const bool list = argument.is_list() && operation.function() == "numpy.Concatenate";
        if (list)
            for (const Config& item : argument.as_list()) add(item, next);
        else
            add(argument, next);
    }
    for (const auto& [name, value] : config["kwargs"].members()) add(value, next);
}

/// What stands in a call: an input, or a constant.
void OperationCall::add(const Config& node, size_t& next) {
    literals.push_back(node);
    if (node == Config(mark)) {
        operands.push_back(call.inputs.at(next++));
        return;
    }
    const bool is_key = operation.function() == "numpy.GetItem" && literals.size() == 2;
    Value value{.dtype = result.dtype};
    if (const Tensor tensor = is_key ? Tensor() : operations::tensor_of(node, call.layer.name());
        tensor.defined())
        value = {graph().weight(tensor), tensor.shape(), written(tensor.dtype())};
    else if (!is_key && !node.is_null() && !is_number(node))
        call.refuse(fmt::format("its operand {} is {}", operands.size(), node.to_json()));
    operands.push_back(value);
}

Value OperationCall::made(const std::string& op, const std::vector<Value>& inputs,
                          const Attributes& attributes) const {
    std::vector<std::string> names;
    for (const Value& input : inputs) names.push_back(input.name);
    return {graph().node(op, names, attributes), result.shape, written(result.dtype)};
}

Value OperationCall::number(const Config& node, DType dtype) const {
    return {graph().weight(operations::scalar_of(node, dtype), "number"), {}, written(dtype)};
}

Value OperationCall::natural(size_t i, DType dtype) const {
    if (is_number(literals.at(i))) return number(literals[i], dtype);
    return graph().cast(natural(i), dtype);
}

std::vector<Value> OperationCall::all(DType dtype) const {
    std::vector<Value> values;
    for (size_t i = 0; i < operands.size(); ++i) {
        if (literals[i].is_null()) call.refuse("an operand is missing");
        values.push_back(natural(i, dtype));
    }
    return values;
}

DType OperationCall::common() const {
    std::vector<operations::Operand> ones;
    for (size_t i = 0; i < operands.size(); ++i)
        ones.push_back(is_number(literals[i]) ? operations::Operand{{}, literals[i]}
                                              : operations::Operand{zeros({}, operands[i].dtype), {}});
    const operations::Call meeting(call.layer.name(), operation.arguments(), ones);
    return meeting.all_alike().front().dtype();
}

Ints OperationCall::axes() const {
    const Config& node = argument("axis");
    if (!node.is_null()) return extents_of(node);
    Ints all;
    for (int axis = 0; axis < operands[0].rank(); ++axis) all.push_back(axis);
    return all;
}

}  // namespace keratin::onnx
