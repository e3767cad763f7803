#include "onnx/export/operation_call.hpp"

/// Calls of functions of keras.ops, as far as one operator of ONNX says the same.
namespace keratin::onnx {
namespace {

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
/// In a dtype that ONNX's comparisons have.
Value compared(const OperationCall& c, const std::string& op) {
    const DType dtype = c.common();
    return c.made(op, c.all(dtype == bool_ || dtype == uint8 ? int32 : dtype));
}

}  // namespace

std::vector<Value> write_operation(LayerCall& call, const layers::Operation& operation) {
    const OperationCall one(call, operation);
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
    const auto other = operation_writers().find(function);
    if (other == operation_writers().end())
        call.refuse(fmt::format("there are no operators for {}", function));
    return {other->second(one)};
}

}  // namespace keratin::onnx
