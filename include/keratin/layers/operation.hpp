#pragma once

#include <keratin/layers/layer.hpp>

#include <cstddef>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace keratin::layers {

struct OperationOptions {
    /// Operands that are the same in every call, by their position among all operands; one of rank 0 is
    /// written as a number, others as `__tensor__`.
    std::map<size_t, Tensor> constants = {};
    /// Operands as Keras writes them, null for one that is left out: numbers, lists of them, a GetItem's key.
    std::map<size_t, Config> literals = {};
    std::string name = {};  ///< "add", "add_1", ... when not given
};

/// One call of a function of keras.ops as a node of a functional model: what Keras makes of `x + y` or
/// ops.relu(x). It has no variables, and casts nothing.
///
///     KerasTensor y = layers::Operation("numpy.Mean", Config::object({{"axis", 1}}))(x);
///     KerasTensor z = layers::Operation("numpy.Multiply", {}, {.constants = {{1, scale}}})(y);
class KERATIN_EXPORT Operation : public ListLayer {
public:
    /// `function` is module and class behind keras.src.ops, `arguments` what its constructor takes in Keras,
    /// by the names there. Throws ValueError for a function that is not among functions(), an argument that
    /// it does not have, or one that it needs.
    explicit Operation(std::string_view function, Config arguments = {}, OperationOptions options = {});

    /// The names that there are, sorted.
    static std::vector<std::string> functions();

    const std::string& function() const;
    const Config& arguments() const;  ///< with the defaults of those not given

    /// Inputs go to the operands that are no constants, in order.
    std::vector<Tensor> call_list(const std::vector<Tensor>& inputs) override;
    std::vector<Shape> compute_output_shapes(const std::vector<Shape>& inputs) const override;

    struct Output {
        Shape shape;
        DType dtype;
    };
    /// Shapes and dtypes of the results, which are not made: what hangs on an open extent is open. Throws
    /// what a call throws of such shapes; both throw ShapeError where a result would have more than 2^28
    /// elements per sample.
    std::vector<Output> compute_output_spec(const std::vector<Shape>& shapes,
                                            const std::vector<DType>& dtypes) const;

    /// {"name": .., "axis": .., ..}
    Config get_config() const override;
    bool has_constants() const;  ///< or operands that are left out
    /// A call as Keras writes it, with `tensors` in the places of the inputs: {"args": [..], "kwargs": {..}}.
    /// Of none, something stands in each of those places.
    Config call_config(const std::vector<Config>& tensors) const;

    struct Plan;

protected:
    void build_list_variables(const std::vector<Shape>&) override {}

private:
    explicit Operation(std::shared_ptr<const Plan> plan, const std::string& name);

    std::shared_ptr<const Plan> plan_;
};

/// Calls a new Operation.
///
///     KerasTensor y = layers::operation("nn.Relu", x);
KERATIN_EXPORT KerasTensor operation(std::string_view function, const KerasTensor& x, Config arguments = {},
                                     OperationOptions options = {});
KERATIN_EXPORT KerasTensor operation(std::string_view function, const std::vector<KerasTensor>& inputs,
                                     Config arguments = {}, OperationOptions options = {});

}  // namespace keratin::layers
