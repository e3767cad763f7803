#include "layers/operations/call.hpp"
#include "onnx/export/layers.hpp"

#include <keratin/layers/operation.hpp>

/// Calls of functions of keras.ops, as far as one operator of ONNX says the same.
namespace keratin::onnx {
namespace {

bool is_number(const Config& node) {
    return node.is_number() || node.is_bool();
}

struct OperationCall {
    LayerCall& call;
    const layers::Operation& operation;
    layers::Operation::Output result = {};
    std::vector<Value> operands = {};   ///< lists as weights of the graph; numbers have no name
    std::vector<Config> literals = {};  ///< the operands as the call has them

    const Config& argument(const char* name) const { return operation.arguments()[name]; }
    GraphWriter& graph() const { return call.graph; }

    /// What stands in a call: an input, or a constant.
    void add(const Config& node, size_t& next) {
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
    static constexpr const char* mark = "an input";

    static DType written(DType dtype) { return is_floating(dtype) ? float32 : dtype; }
    Value made(const std::string& op, const std::vector<Value>& inputs,
               const Attributes& attributes = {}) const {
        std::vector<std::string> names;
        for (const Value& input : inputs) names.push_back(input.name);
        return {graph().node(op, names, attributes), result.shape, written(result.dtype)};
    }
    Value number(const Config& node, DType dtype) const {
        return {graph().weight(operations::scalar_of(node, dtype), "number"), {}, written(dtype)};
    }
    /// An operand in Keras's order, as it is or of another dtype.
    Value natural(size_t i) const { return graph().natural(operands.at(i)); }
    Value natural(size_t i, DType dtype) const {
        if (is_number(literals.at(i))) return number(literals[i], dtype);
        return graph().cast(natural(i), dtype);
    }
    std::vector<Value> all(DType dtype) const {
        std::vector<Value> values;
        for (size_t i = 0; i < operands.size(); ++i) {
            if (literals[i].is_null()) call.refuse("an operand is missing");
            values.push_back(natural(i, dtype));
        }
        return values;
    }
    /// The dtype in which Keras has the operands meet.
    DType common() const {
        std::vector<operations::Operand> ones;
        for (size_t i = 0; i < operands.size(); ++i)
            ones.push_back(is_number(literals[i]) ? operations::Operand{{}, literals[i]}
                                                  : operations::Operand{zeros({}, operands[i].dtype), {}});
        const operations::Call meeting(call.layer.name(), operation.arguments(), ones);
        return meeting.all_alike().front().dtype();
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
    const Value x = c.natural(0, c.result.dtype);
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
    std::vector<Value> inputs = {c.natural(0, c.result.dtype), Value{.name = c.graph().ints(before)}};
    if (c.operands.size() > 1 && !c.literals[1].is_null()) {
        if (c.operands[1].rank() > 0) c.call.refuse("it pads with more than one number");
        inputs.push_back(c.natural(1, c.result.dtype));
    }
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
    return c.made("Gather", {c.natural(0), c.natural(1, int64)}, {{"axis", c.argument("axis").as_integer()}});
}

Value joined(const OperationCall& c) {
    return c.made("Concat", c.all(c.result.dtype), {{"axis", c.argument("axis").as_integer()}});
}

Value clipped(const OperationCall& c) {
    return c.made("Clip", {c.natural(0, c.result.dtype), c.number(c.argument("x_min"), c.result.dtype),
                           c.number(c.argument("x_max"), c.result.dtype)});
}

/// The largest or smallest of x alone.
Value extreme(const OperationCall& c, const char* op) {
    if (!c.argument("initial").is_null()) c.call.refuse("it has an initial value");
    return reduced_by(c, op);
}

/// In a dtype that ONNX's comparisons have.
Value compared(const OperationCall& c, const std::string& op) {
    const DType dtype = c.common();
    return c.made(op, c.all(dtype == bool_ || dtype == uint8 ? int32 : dtype));
}

/// Truth values as numbers: ONNX Runtime chooses among nothing else.
Value chosen(const OperationCall& c) {
    const DType dtype = c.result.dtype == bool_ ? int32 : c.result.dtype;
    Value y = c.made("Where", {c.natural(0, bool_), c.natural(1, dtype), c.natural(2, dtype)});
    y.dtype = OperationCall::written(dtype);
    return c.graph().cast(y, c.result.dtype);
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
                                                                {"numpy.LessEqual", "LessOrEqual"}};
    return all;
}
const std::map<std::string_view, const char*>& logical_functions() {
    static const std::map<std::string_view, const char*> all = {
        {"numpy.LogicalAnd", "And"}, {"numpy.LogicalOr", "Or"}, {"numpy.LogicalNot", "Not"}};
    return all;
}
const std::map<std::string_view, Writer>& other_functions() {
    static const std::map<std::string_view, Writer> all = {
        {"numpy.Square",
         [](const OperationCall& c) {
             const Value x = c.natural(0, c.result.dtype);
             return c.made("Mul", {x, x});
         }},
        {"math.Rsqrt",
         [](const OperationCall& c) {
             return c.made("Reciprocal", {c.made("Sqrt", {c.natural(0, c.result.dtype)})});
         }},
        {"core.Cast", [](const OperationCall& c) { return c.natural(0, c.result.dtype); }},
        {"numpy.Where", chosen},
        {"nn.Softmax",
         [](const OperationCall& c) {
             return c.made("Softmax", {c.natural(0, c.result.dtype)},
                           {{"axis", c.argument("axis").as_integer()}});
         }},
        {"nn.LogSoftmax",
         [](const OperationCall& c) {
             return c.made("LogSoftmax", {c.natural(0, c.result.dtype)},
                           {{"axis", c.argument("axis").as_integer()}});
         }},
        {"numpy.Sum", [](const OperationCall& c) { return reduced_by(c, "ReduceSum"); }},
        {"numpy.Mean", [](const OperationCall& c) { return reduced_by(c, "ReduceMean"); }},
        {"numpy.Max", [](const OperationCall& c) { return extreme(c, "ReduceMax"); }},
        {"numpy.Min", [](const OperationCall& c) { return extreme(c, "ReduceMin"); }},
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
    if (const auto plain = plain_functions().find(function); plain != plain_functions().end()) {
        if (function == "numpy.Round" && one.argument("decimals") != Config(0))
            call.refuse("it rounds to decimals");
        return {one.made(plain->second, one.all(one.result.dtype))};
    }
    if (const auto compares = comparing_functions().find(function); compares != comparing_functions().end())
        return {compared(one, compares->second)};
    if (const auto logical = logical_functions().find(function); logical != logical_functions().end())
        return {one.made(logical->second, one.all(bool_))};
    const auto other = other_functions().find(function);
    if (other == other_functions().end()) call.refuse(fmt::format("there are no operators for {}", function));
    return {other->second(one)};
}

}  // namespace keratin::onnx
