#pragma once

#include "layers/operations/table.hpp"

#include <keratin/layers/operation.hpp>

#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace keratin::layers {

/// What an Operation is, the same for all its copies.
struct Operation::Plan {
    Plan(std::string_view function, Config given, OperationOptions options);

    /// True when the last operand stands for any number of them.
    bool is_open_ended() const;
    /// The operands of a call, with the inputs in the places that are left.
    std::vector<operations::Operand> operands(const std::vector<Tensor>& inputs,
                                              const std::string& owner) const;
    std::vector<Tensor> run(const std::vector<Tensor>& inputs, const std::string& owner, int64_t limit) const;

    std::string name;
    const operations::Function& function;
    std::vector<operations::OperandSpec> specs;
    Config arguments;
    struct Constant {
        operations::Operand operand;
        std::string_view wrapper = {};  ///< in which a tensor is written, without a copy of it kept
        Config written() const;
    };
    std::map<size_t, Constant> constants;
};

}  // namespace keratin::layers

namespace keratin::operations {

/// True for what stands for a tensor in a config.
bool is_tensor(const Config& value);
/// True for a node of a model, {"module": "keras.src.ops.numpy", ..}, that is an operation.
bool is_operation(const Config& node);

/// The operands of a call as Keras writes it: constants by position, the others (keras tensors) in order.
struct BoundCall {
    std::map<size_t, Config> literals;
    std::vector<Config> tensors;
};
/// Throws ValueError naming `owner` where the call does not fit the function.
BoundCall bind_call(const Function& function, const Config& call, const std::string& owner);
/// The same of a further call of an operation; throws ValueError when it has other constants.
BoundCall bind_again(const layers::Operation& operation, const Config& call);
/// "numpy.Add" of such a node.
std::string function_of_node(const Config& node);
/// Such a node; when it has constants, with the operands of a call.
Config node_of(const layers::Operation& operation);
/// An operation of such a node, with the constants of its first call.
std::shared_ptr<layers::Operation> operation_of(const Config& node);

}  // namespace keratin::operations
