#pragma once

#include <keratin/core/tensor.hpp>

#include <optional>

namespace keratin {

/// The gradient of one value while it gathers. `value` may hold memory to write into before it is filled.
struct GradientSlot {
    Tensor value;
    bool filled = false;
};

/// Where an op's backward puts the gradient of one of its inputs.
class Sink {
public:
    explicit Sink(GradientSlot& slot) : slot_(slot) {}

    /// Adds a contribution: the first is moved in, later ones are added. An undefined tensor contributes
    /// nothing.
    void add(Tensor gradient);

    struct Target {
        Tensor& tensor;   ///< memory to write the contribution into, through mutable_data()
        bool accumulate;  ///< add to what is there instead of overwriting it
    };
    /// Memory for a contribution of this shape, or nothing while an outer tape records (then use ops and
    /// add()).
    std::optional<Target> in_place(const Shape& shape, DType dtype);

private:
    GradientSlot& slot_;
};

}  // namespace keratin
