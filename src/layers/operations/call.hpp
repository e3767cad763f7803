#pragma once

#include <keratin/core/config.hpp>
#include <keratin/core/export.hpp>
#include <keratin/core/tensor.hpp>
#include <keratin/ops/reduce.hpp>

#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace keratin::operations {

/// What a function is called on: a tensor, or what Keras writes of a constant.
struct Operand {
    Tensor tensor;   ///< undefined for a number and for what is no tensor at all
    Config literal;  ///< a number, a list, a key; null for other tensors and for what is left out
};

/// A function's arguments and operands, as the functions of the table read them. Numbers take the dtype of
/// the tensors that they meet, tensors of two dtypes the one that Keras promotes them to.
class Call {
public:
    Call(std::string owner, const Config& arguments, std::span<const Operand> operands)
        : owner_(std::move(owner)), arguments_(arguments), operands_(operands) {}

    const std::string& owner() const { return owner_; }
    size_t count() const { return operands_.size(); }
    bool has(size_t i) const;  ///< neither left out nor null
    const Config& literal(size_t i) const { return operands_[i].literal; }
    Tensor tensor(size_t i) const;
    Tensor floating(size_t i) const;  ///< integers and bools become float32
    Tensor numeric(size_t i) const;   ///< bools become int32
    Tensor as(size_t i, DType dtype) const;
    double scalar(size_t i) const;  ///< of one element
    /// Operands [first, first + count) as one dtype; those left out stay undefined.
    KERATIN_EXPORT std::vector<Tensor> alike(size_t first, size_t count) const;
    std::vector<Tensor> all_alike() const { return alike(0, count()); }

    using Map = Tensor (*)(const Tensor&);
    using Join = Tensor (*)(const Tensor&, const Tensor&);
    Tensor map(Map f) const { return f(floating(0)); }
    Tensor join(Join f) const;           ///< of two numbers
    Tensor join_floating(Join f) const;  ///< integers become float32
    Tensor join_bool(Join f) const;      ///< truth values

    const Config& operator[](const char* argument) const { return arguments_[argument]; }
    bool flag(const char* argument) const;
    int64_t integer(const char* argument) const;
    double number(const char* argument) const;
    int axis(const char* argument = "axis") const;
    std::optional<int> optional_axis(const char* argument = "axis") const;  ///< null: nothing
    Axes axes(const char* argument = "axis") const;                         ///< null: all
    std::vector<int> integers(const char* argument) const;                  ///< one, or a list
    std::vector<int64_t> sizes(const char* argument) const;
    std::optional<DType> dtype(const char* argument = "dtype") const;
    /// Throws ValueError unless the argument is this or null.
    void only(const char* argument, const Config& accepted) const;
    [[noreturn]] void wrong(const char* argument, const char* rule) const;

private:
    std::string owner_;
    const Config& arguments_;
    std::span<const Operand> operands_;
};

/// The dtype that Keras gives what two meet in.
DType promoted(DType a, DType b);
/// An int that fits; throws ValueError with the owner otherwise.
int small_integer(const Config& value, const std::string& owner);
/// A number or a bool as a tensor of rank 0.
KERATIN_EXPORT Tensor scalar_of(const Config& literal, DType dtype);
/// Tensors of lists of numbers, of `__tensor__` and `__numpy__`; an undefined one for others.
KERATIN_EXPORT Tensor tensor_of(const Config& literal, const std::string& owner);
/// The other way: the number of one of rank 0 where there is no wrapper, else `__tensor__` or `__numpy__`.
Config literal_of(const Tensor& tensor, std::string_view wrapper);
/// "__tensor__", "__numpy__", or nothing.
std::string_view wrapper_of(const Config& literal);

}  // namespace keratin::operations
