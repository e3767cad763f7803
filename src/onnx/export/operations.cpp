#include "onnx/export/layers.hpp"

#include <keratin/layers/operation.hpp>

#include <algorithm>

/// Calls of functions of keras.ops, as far as one operator of ONNX says the same.
namespace keratin::onnx {
namespace {

/// Numbers in nested lists, as a constant of a call is written.
void read_numbers(const Config& node, std::vector<double>& numbers, Ints& shape, size_t depth = 0) {
    if (!node.is_list()) {
        numbers.push_back(node.is_bool() ? node.as_bool() : node.as_number());
        return;
    }
    if (shape.size() == depth) shape.push_back(static_cast<int64_t>(node.as_list().size()));
    for (const Config& one : node.as_list()) read_numbers(one, numbers, shape, depth + 1);
}

struct OperationCall {
    LayerCall& call;
    const layers::Operation& operation;
    layers::Operation::Output result = {};
    std::vector<Value> operands = {};   ///< constants as weights of the graph
    std::vector<Config> literals = {};  ///< beside those that are none

    const Config& argument(const char* name) const { return operation.arguments()[name]; }
    GraphWriter& graph() const { return call.graph; }

    /// What stands in a call: an input by its number, or a constant.
    void add(const Config& node, size_t& next) {
        literals.push_back(node);
        if (node == Config(mark)) {
            operands.push_back(call.inputs.at(next++));
            return;
        }
        const bool is_tensor =
            node.is_object() && node.find("class_name") && node["class_name"] == Config("__tensor__");
        Value value{.dtype = result.dtype};
        if (node.is_number() || is_tensor) {
            std::vector<double> numbers;
            Ints shape;
            read_numbers(is_tensor ? node["config"]["value"] : node, numbers, shape);
            if (is_tensor) value.dtype = keratin::dtype(node["config"]["dtype"].as_string());
            const Tensor wide = Tensor::from(numbers, Shape(shape));
            value.name = graph().weight(convert(wide, value.dtype), "constant");
            value.dtype = is_floating(value.dtype) ? float32 : value.dtype;
            value.shape = Shape(shape);
        }
        operands.push_back(value);
    }
    static constexpr const char* mark = "an input";

    Value made(const std::string& op, const std::vector<Value>& inputs,
               const Attributes& attributes = {}) const {
        std::vector<std::string> names;
        for (const Value& input : inputs) names.push_back(input.name);
        Value y{.name = graph().node(op, names, attributes), .shape = result.shape, .dtype = result.dtype};
        y.dtype = is_floating(y.dtype) ? float32 : y.dtype;
        return y;
    }
    Value natural(size_t i) const { return graph().natural(operands.at(i)); }
    /// All operands in Keras's order, of the result's dtype.
    std::vector<Value> together(bool of_result) const {
        std::vector<Value> values;
        for (const Value& operand : operands)
            values.push_back(of_result ? graph().cast(graph().natural(operand), result.dtype)
                                       : graph().natural(operand));
        for (const Value& value : values)
            if (value.dtype != values.back().dtype) call.refuse("its operands are of different dtypes");
        return values;
    }
    Ints axes() const {
        const Config& node = argument("axis");
        if (node.is_null()) {
            Ints all;
            for (int axis = 0; axis < operands[0].rank(); ++axis) all.push_back(axis);
            return all;
        }
        return extents_of(node);
    }
};

using Writer = Value (*)(const OperationCall& c);

std::string ints_of(const OperationCall& c, const char* argument) {
    return c.graph().ints(extents_of(c.argument(argument)));
}

Value reduced_by(const OperationCall& c, const char* op) {
    const Attributes keep = {{"keepdims", int64_t{c.argument("keepdims").as_bool()}}};
    const Value x = c.graph().cast(c.natural(0), c.result.dtype);
    if (std::string_view(op) == "ReduceSum")
        return c.made(op, {x, Value{.name = c.graph().ints(c.axes())}}, keep);
    return c.made(op, {x}, {{"axes", c.axes()}, keep.front()});
}

Value padded(const OperationCall& c) {
    if (c.argument("mode") != Config("constant")) c.call.refuse("it pads by other than a constant");
    Ints before, after;
    for (const Config& pair : c.argument("pad_width").as_list()) {
        const Ints sides = extents_of(pair);
        before.push_back(sides.front()), after.push_back(sides.back());
    }
    if (before.size() != static_cast<size_t>(c.operands[0].rank())) c.call.refuse("it pads all axes alike");
    before.insert(before.end(), after.begin(), after.end());
    std::vector<Value> inputs = {c.natural(0), Value{.name = c.graph().ints(before)}};
    if (c.operands.size() > 1 && !c.operands[1].name.empty()) inputs.push_back(c.operands[1]);
    return c.made("Pad", inputs);
}

Value transposed(const OperationCall& c) {
    Ints order;
    if (c.argument("axes").is_null())
        for (int axis = c.operands[0].rank(); axis-- > 0;) order.push_back(axis);
    else
        order = extents_of(c.argument("axes"));
    for (int64_t& axis : order) axis = axis < 0 ? axis + c.operands[0].rank() : axis;
    return c.made("Transpose", {c.natural(0)}, {{"perm", order}});
}

Value swapped(const OperationCall& c) {
    Ints order;
    const int rank = c.operands[0].rank();
    for (int axis = 0; axis < rank; ++axis) order.push_back(axis);
    const auto place = [&](const char* name) {
        const int64_t axis = c.argument(name).as_integer();
        return static_cast<size_t>(axis < 0 ? axis + rank : axis);
    };
    std::swap(order[place("axis1")], order[place("axis2")]);
    return c.made("Transpose", {c.natural(0)}, {{"perm", order}});
}

/// x[...] of numbers, slices and nothing else.
Value item(const OperationCall& c) {
    const Config& key = c.literals.at(1);
    Ints starts, ends, axes, steps, dropped;
    const Config::List parts = key.is_list() ? key.as_list() : Config::List{key};
    for (size_t i = 0; i < parts.size(); ++i) {
        const auto axis = static_cast<int64_t>(i);
        if (parts[i].is_integer()) {
            const int64_t place = parts[i].as_integer();
            starts.push_back(place), ends.push_back(place == -1 ? INT64_MAX : place + 1), steps.push_back(1);
            axes.push_back(axis), dropped.push_back(axis);
            continue;
        }
        if (!parts[i].is_object() || parts[i]["class_name"] != Config("__slice__"))
            c.call.refuse("its key has other than numbers and slices");
        const Config& slice = parts[i]["config"];
        const auto bound = [&](const char* name, int64_t otherwise) {
            return slice[name].is_null() ? otherwise : slice[name].as_integer();
        };
        const int64_t step = bound("step", 1);
        starts.push_back(bound("start", step > 0 ? 0 : INT64_MAX));
        ends.push_back(bound("stop", step > 0 ? INT64_MAX : INT64_MIN + 1));
        steps.push_back(step), axes.push_back(axis);
    }
    Value y = c.made(
        "Slice", {c.natural(0), Value{.name = c.graph().ints(starts)}, Value{.name = c.graph().ints(ends)},
                  Value{.name = c.graph().ints(axes)}, Value{.name = c.graph().ints(steps)}});
    return dropped.empty() ? y : c.made("Squeeze", {y, Value{.name = c.graph().ints(dropped)}});
}

Value reshaped_to(const OperationCall& c) {
    Ints shape = extents_of(c.argument("newshape"));
    return c.made("Reshape", {c.natural(0), Value{.name = c.graph().ints(shape)}});
}

Value taken(const OperationCall& c) {
    if (c.argument("axis").is_null()) c.call.refuse("it takes from the flattened tensor");
    return c.made("Gather", {c.natural(0), c.graph().cast(c.natural(1), int64)},
                  {{"axis", c.argument("axis").as_integer()}});
}

Value joined(const OperationCall& c) {
    return c.made("Concat", c.together(true), {{"axis", c.argument("axis").as_integer()}});
}

Value clipped(const OperationCall& c) {
    return c.made("Clip", {c.graph().cast(c.operands[0], float32),
                           Value{.name = c.graph().number(c.argument("x_min").as_number())},
                           Value{.name = c.graph().number(c.argument("x_max").as_number())}});
}

/// One operator for one function.
const std::map<std::string_view, const char*>& plain_functions() {
    static const std::map<std::string_view, const char*> all = {{"numpy.Absolute", "Abs"},
                                                                {"numpy.Negative", "Neg"},
                                                                {"numpy.Exp", "Exp"},
                                                                {"numpy.Log", "Log"},
                                                                {"numpy.Sqrt", "Sqrt"},
                                                                {"numpy.Sin", "Sin"},
                                                                {"numpy.Cos", "Cos"},
                                                                {"numpy.Tanh", "Tanh"},
                                                                {"numpy.Floor", "Floor"},
                                                                {"numpy.Ceil", "Ceil"},
                                                                {"numpy.Round", "Round"},
                                                                {"numpy.Sign", "Sign"},
                                                                {"numpy.Reciprocal", "Reciprocal"},
                                                                {"math.Erf", "Erf"},
                                                                {"nn.Relu", "Relu"},
                                                                {"nn.Sigmoid", "Sigmoid"},
                                                                {"nn.Softplus", "Softplus"},
                                                                {"nn.Softsign", "Softsign"},
                                                                {"nn.HardSilu", "HardSwish"},
                                                                {"numpy.Add", "Add"},
                                                                {"numpy.Subtract", "Sub"},
                                                                {"numpy.Multiply", "Mul"},
                                                                {"numpy.Divide", "Div"},
                                                                {"numpy.TrueDivide", "Div"},
                                                                {"numpy.Power", "Pow"},
                                                                {"numpy.Maximum", "Max"},
                                                                {"numpy.Minimum", "Min"},
                                                                {"numpy.Matmul", "MatMul"}};
    return all;
}
const std::map<std::string_view, const char*>& comparing_functions() {
    static const std::map<std::string_view, const char*> all = {{"numpy.Equal", "Equal"},
                                                                {"numpy.Greater", "Greater"},
                                                                {"numpy.GreaterEqual", "GreaterOrEqual"},
                                                                {"numpy.Less", "Less"},
                                                                {"numpy.LessEqual", "LessOrEqual"},
                                                                {"numpy.LogicalAnd", "And"},
                                                                {"numpy.LogicalOr", "Or"},
                                                                {"numpy.LogicalNot", "Not"}};
    return all;
}
const std::map<std::string_view, Writer>& other_functions() {
    static const std::map<std::string_view, Writer> all = {
        {"numpy.Square",
         [](const OperationCall& c) {
             return c.made("Mul", {c.natural(0), c.natural(0)});
         }},
        {"math.Rsqrt",
         [](const OperationCall& c) { return c.made("Reciprocal", {c.made("Sqrt", {c.natural(0)})}); }},
        {"core.Cast", [](const OperationCall& c) { return c.graph().cast(c.natural(0), c.result.dtype); }},
        {"numpy.Where",
         [](const OperationCall& c) {
             const auto value = [&](size_t i) { return c.graph().cast(c.natural(i), c.result.dtype); };
             return c.made("Where", {c.graph().cast(c.natural(0), bool_), value(1), value(2)});
         }},
        {"nn.Softmax",
         [](const OperationCall& c) {
             return c.made("Softmax", {c.natural(0)}, {{"axis", c.argument("axis").as_integer()}});
         }},
        {"nn.LogSoftmax",
         [](const OperationCall& c) {
             return c.made("LogSoftmax", {c.natural(0)}, {{"axis", c.argument("axis").as_integer()}});
         }},
        {"numpy.Sum", [](const OperationCall& c) { return reduced_by(c, "ReduceSum"); }},
        {"numpy.Mean", [](const OperationCall& c) { return reduced_by(c, "ReduceMean"); }},
        {"numpy.Max", [](const OperationCall& c) { return reduced_by(c, "ReduceMax"); }},
        {"numpy.Min", [](const OperationCall& c) { return reduced_by(c, "ReduceMin"); }},
        {"numpy.Prod", [](const OperationCall& c) { return reduced_by(c, "ReduceProd"); }},
        {"numpy.Clip", clipped},
        {"numpy.Pad", padded},
        {"numpy.Transpose", transposed},
        {"numpy.Swapaxes", swapped},
        {"numpy.GetItem", item},
        {"numpy.Reshape", reshaped_to},
        {"numpy.Take", taken},
        {"numpy.Concatenate", joined},
        {"numpy.ExpandDims",
         [](const OperationCall& c) {
             return c.made("Unsqueeze", {c.natural(0), Value{.name = ints_of(c, "axis")}});
         }},
        {"numpy.Squeeze", [](const OperationCall& c) {
             if (c.argument("axis").is_null()) c.call.refuse("it drops all axes of extent 1");
             return c.made("Squeeze", {c.natural(0), Value{.name = ints_of(c, "axis")}});
         }}};
    return all;
}

}  // namespace

std::vector<Value> write_operation(LayerCall& call, const layers::Operation& operation) {
    OperationCall one{call, operation};
    std::vector<Shape> shapes;
    std::vector<DType> dtypes;
    for (const Value& input : call.inputs) {
        shapes.push_back(input.shape);
        dtypes.push_back(input.dtype);
    }
    const std::vector<layers::Operation::Output> results = operation.compute_output_spec(shapes, dtypes);
    if (results.size() != 1) call.refuse("it has several results");
    one.result = results.front();
    const Config written =
        operation.call_config(std::vector<Config>(call.inputs.size(), Config(OperationCall::mark)));
    size_t next = 0;
    for (const Config& argument : written["args"].as_list()) {
        const bool list = argument.is_list() && operation.function() == "numpy.Concatenate";
        if (list)
            for (const Config& item_of_list : argument.as_list()) one.add(item_of_list, next);
        else
            one.add(argument, next);
    }
    for (const auto& [name, value] : written["kwargs"].members()) one.add(value, next);

    const std::string& function = operation.function();
    const auto is_missing = [](const Value& value) { return value.name.empty(); };
    if (const auto plain = plain_functions().find(function); plain != plain_functions().end()) {
        if (one.operands.size() > 2 || std::any_of(one.operands.begin(), one.operands.end(), is_missing))
            call.refuse("an operand is missing");
        if (function == "numpy.Round" && one.argument("decimals") != Config(0))
            call.refuse("it rounds to decimals");
        return {one.made(plain->second, one.together(true))};
    }
    if (const auto compares = comparing_functions().find(function); compares != comparing_functions().end())
        return {one.made(compares->second, one.together(false))};
    const auto other = other_functions().find(function);
    if (other == other_functions().end()) call.refuse(fmt::format("there are no operators for {}", function));
    return {other->second(one)};
}

}  // namespace keratin::onnx
