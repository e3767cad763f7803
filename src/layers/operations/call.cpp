#include "layers/operations/call.hpp"

#include <keratin/core/error.hpp>
#include <keratin/ops/elementwise.hpp>

#include <fmt/ranges.h>

#include <algorithm>
#include <limits>

namespace keratin::operations {
namespace {

bool is_scalar(const Config& literal) {
    return literal.is_number() || literal.is_bool();
}

/// What a number is when it meets nothing.
DType dtype_of_number(const Config& literal) {
    if (literal.is_bool()) return bool_;
    if (!literal.is_integer()) return float32;
    const int64_t value = literal.as_integer();
    const bool fits =
        value >= std::numeric_limits<int32_t>::min() && value <= std::numeric_limits<int32_t>::max();
    return fits ? int32 : int64;
}

/// A number beside tensors takes their dtype, unless it is of a wider kind.
DType beside(DType tensors, const Config& literal) {
    if (is_floating(tensors) || literal.is_bool()) return tensors;
    if (!literal.is_integer()) return float32;
    return tensors == bool_ ? int32 : tensors;
}

}  // namespace

Tensor scalar_of(const Config& literal, DType dtype) {
    if (literal.is_bool()) return Tensor::scalar(literal.as_bool(), dtype);
    return literal.is_integer() ? Tensor::scalar(literal.as_integer(), dtype)
                                : Tensor::scalar(literal.as_number(), dtype);
}

DType promoted(DType a, DType b) {
    const auto width = [](DType dtype) {
        switch (dtype) {
            case bool_:
                return 0;
            case uint8:
                return 1;
            case int32:
                return 2;
            case int64:
                return 3;
            case float16:
            case bfloat16:
                return 4;
            case float32:
                return 5;
            case float64:
                break;
        }
        return 6;
    };
    if (a == b) return a;
    if (is_half(a) && is_half(b)) return float32;
    return width(a) > width(b) ? a : b;
}

int small_integer(const Config& value, const std::string& owner) {
    const int64_t wide = value.as_integer();
    if (wide < std::numeric_limits<int>::min() || wide > std::numeric_limits<int>::max())
        fail<ValueError>("{}: {} is out of range", owner, wide);
    return static_cast<int>(wide);
}

bool Call::has(size_t i) const {
    return i < operands_.size() && (operands_[i].tensor.defined() || !operands_[i].literal.is_null());
}

Tensor Call::tensor(size_t i) const {
    const Operand& operand = operands_[i];
    if (operand.tensor.defined()) return operand.tensor;
    if (!is_scalar(operand.literal))
        fail<ValueError>("{}: operand {} is {}, which is no tensor", owner_, i, operand.literal.to_json());
    return scalar_of(operand.literal, dtype_of_number(operand.literal));
}

Tensor Call::floating(size_t i) const {
    const Tensor x = tensor(i);
    return is_floating(x.dtype()) ? x : cast(x, float32);
}

Tensor Call::numeric(size_t i) const {
    const Tensor x = tensor(i);
    return x.dtype() == bool_ ? cast(x, int32) : x;
}

Tensor Call::as(size_t i, DType dtype) const {
    const Tensor x = tensor(i);
    return x.dtype() == dtype ? x : cast(x, dtype);
}

double Call::scalar(size_t i) const {
    return tensor(i).item<double>();
}

std::vector<Tensor> Call::alike(size_t first, size_t count) const {
    std::optional<DType> dtype;
    for (size_t i = first; i < first + count; ++i)
        if (i < operands_.size() && operands_[i].tensor.defined())
            dtype = dtype ? promoted(*dtype, operands_[i].tensor.dtype()) : operands_[i].tensor.dtype();
    for (size_t i = first; i < std::min(first + count, operands_.size()); ++i)
        if (is_scalar(operands_[i].literal))
            dtype = dtype ? beside(*dtype, operands_[i].literal) : dtype_of_number(operands_[i].literal);
    std::vector<Tensor> result(count);
    for (size_t i = 0; i < count; ++i) {
        if (!has(first + i)) continue;
        const Operand& operand = operands_[first + i];
        result[i] = is_scalar(operand.literal) ? scalar_of(operand.literal, *dtype) : as(first + i, *dtype);
    }
    return result;
}

Tensor Call::join(Join f) const {
    std::vector<Tensor> both = alike(0, 2);
    if (both[0].dtype() == bool_)
        for (Tensor& x : both) x = cast(x, int32);
    return f(both[0], both[1]);
}

Tensor Call::join_floating(Join f) const {
    std::vector<Tensor> both = alike(0, 2);
    if (!is_floating(both[0].dtype()))
        for (Tensor& x : both) x = cast(x, float32);
    return f(both[0], both[1]);
}

Tensor Call::join_bool(Join f) const {
    return f(as(0, bool_), as(1, bool_));
}

void Call::wrong(const char* argument, const char* rule) const {
    fail<ValueError>("{}: {} is {}; {}", owner_, argument, arguments_[argument].to_json(), rule);
}

bool Call::flag(const char* argument) const {
    const Config& value = arguments_[argument];
    if (!value.is_bool()) wrong(argument, "it must be true or false");
    return value.as_bool();
}

int64_t Call::integer(const char* argument) const {
    const Config& value = arguments_[argument];
    if (!value.is_integer()) wrong(argument, "it must be an integer");
    return value.as_integer();
}

double Call::number(const char* argument) const {
    const Config& value = arguments_[argument];
    if (!value.is_number()) wrong(argument, "it must be a number");
    return value.as_number();
}

int Call::axis(const char* argument) const {
    const int64_t axis = integer(argument);
    if (axis < -Shape::max_rank - 1 || axis > Shape::max_rank) wrong(argument, "no shape has that many axes");
    return static_cast<int>(axis);
}

std::optional<int> Call::optional_axis(const char* argument) const {
    return arguments_[argument].is_null() ? std::nullopt : std::optional(axis(argument));
}

Axes Call::axes(const char* argument) const {
    return arguments_[argument].is_null() ? Axes() : Axes(integers(argument));
}

std::vector<int> Call::integers(const char* argument) const {
    std::vector<int> result;
    for (const int64_t value : sizes(argument)) {
        if (value < std::numeric_limits<int>::min() || value > std::numeric_limits<int>::max())
            wrong(argument, "that is out of range");
        result.push_back(static_cast<int>(value));
    }
    return result;
}

std::vector<int64_t> Call::sizes(const char* argument) const {
    const Config& value = arguments_[argument];
    if (value.is_integer()) return {value.as_integer()};
    if (!value.is_list()) wrong(argument, "it must be an integer or a list of them");
    std::vector<int64_t> result;
    for (const Config& one : value.as_list()) {
        if (!one.is_integer()) wrong(argument, "it must be an integer or a list of them");
        result.push_back(one.as_integer());
    }
    return result;
}

std::optional<DType> Call::dtype(const char* argument) const {
    const Config& value = arguments_[argument];
    if (value.is_null()) return std::nullopt;
    if (!value.is_string()) wrong(argument, "it must be the name of a dtype");
    return keratin::dtype(value.as_string());
}

void Call::only(const char* argument, const Config& accepted) const {
    const Config& value = arguments_[argument];
    if (!value.is_null() && !(value == accepted))
        fail<ValueError>("{}: {} is {}; keratin has {} only", owner_, argument, value.to_json(),
                         accepted.to_json());
}

}  // namespace keratin::operations
