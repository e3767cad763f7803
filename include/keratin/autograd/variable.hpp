#pragma once

#include <keratin/core/tensor.hpp>

#include <functional>
#include <memory>
#include <string>

namespace keratin {

struct VariableOptions {
    std::string name = "variable";
    bool trainable = true;
    std::string path = {};  ///< "sequential/conv2d/kernel"; the name when empty
    bool autocast = true;   ///< read as a layer's compute_dtype() inside of its call
};

/// A named, mutable, shared value: copies are handles on the same variable (keras.Variable).
///
/// Used where a Tensor is expected it is read, and a recording GradientTape follows trainable ones by itself.
/// A default-constructed variable is an empty slot that its layer fills when it is built; reading it before
/// that throws ValueError.
class KERATIN_EXPORT Variable {
public:
    Variable();
    explicit Variable(Tensor value, VariableOptions options = {});

    const std::string& name() const;
    const std::string& path() const;
    const Shape& shape() const;
    DType dtype() const;
    bool built() const;  ///< holds a value
    bool trainable() const;
    void set_trainable(bool trainable) const;

    /// The value now, inside a layer's call in the dtype that it computes in; on the tape when one records. A
    /// later assign() does not change a tensor read before.
    Tensor value() const;
    operator Tensor() const { return value(); }  // NOLINT: reads like the tensor it holds

    /// Replaces the value. Throws ShapeError or DTypeError when it is not of the variable's shape and dtype.
    void assign(const Tensor& value) const;
    void assign_add(const Tensor& delta) const;
    void assign_sub(const Tensor& delta) const;

    using Function = std::function<Tensor(const Tensor&)>;
    /// A scalar added to the loss (a regularizer), applied to the value; empty for none.
    const Function& regularizer() const;
    void set_regularizer(Function penalty) const;
    /// Applied to the value after each update of an optimizer (a constraint); empty for none.
    const Function& constraint() const;
    void set_constraint(Function projection) const;

    bool same_as(const Variable& other) const { return state_ == other.state_; }
    const void* id() const { return state_.get(); }  ///< identity, for bookkeeping by address

    // -- for layers and optimizers
    // ---------------------------------------------------------------------------
    /// Fills an empty slot, in every copy of this handle.
    void initialize(Tensor value, VariableOptions options) const;
    void set_path(std::string path) const;
    /// The value's memory, to be updated in place; tensors read before keep their old values.
    Tensor& storage() const;

private:
    struct State;
    State& state() const;  ///< throws ValueError on an empty slot
    std::shared_ptr<State> state_;
};

/// <Variable path=conv2d/bias, shape=(4,), dtype=float32, value=[0. 0. 0. 0.]>
KERATIN_EXPORT std::string to_string(const Variable& variable);
KERATIN_EXPORT std::ostream& operator<<(std::ostream& out, const Variable& variable);

}  // namespace keratin

template <>
struct fmt::formatter<keratin::Variable> : fmt::formatter<fmt::string_view> {
    template <class Context>
    auto format(const keratin::Variable& variable, Context& context) const {
        return fmt::formatter<fmt::string_view>::format(keratin::to_string(variable), context);
    }
};
