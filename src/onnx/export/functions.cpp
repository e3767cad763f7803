#include "onnx/export/operation_call.hpp"

/// Functions of keras.ops that are said by other operands, attributes or nodes than their own.
namespace keratin::onnx {
namespace {

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

/// Truth values as numbers: ONNX Runtime chooses among nothing else.
Value chosen(const OperationCall& c) {
    const DType dtype = c.result.dtype == bool_ ? int32 : c.result.dtype;
    Value y = c.made("Where", {c.natural(0, bool_), c.natural(1, dtype), c.natural(2, dtype)});
    y.dtype = OperationCall::written(dtype);
    return c.graph().cast(y, c.result.dtype);
}

}  // namespace

const std::map<std::string_view, OperationWriter>& operation_writers() {
    static const std::map<std::string_view, OperationWriter> all = {
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

}  // namespace keratin::onnx
