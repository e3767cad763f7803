#pragma once

#include "layers/operations/rules.hpp"

#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace keratin::operations {

/// One function of keras.ops.
struct Function {
    const char* name;  ///< "numpy.Add": module and class behind keras.src.ops
    /// Its operands: "x1 x2"; "gamma?" may be left out, "weights=" is given by name, "[xs]" is a list and
    /// "*xs" any number.
    const char* operands;
    const char* arguments;  ///< what the constructor takes, with defaults, as JSON; "!" must be given
    Tensor (*run)(const Call& call);
    Rule rule = broadcasted_results;
    std::vector<Tensor> (*run_list)(const Call& call) = nullptr;  ///< instead, of several results
};

std::span<const Function> arithmetic_functions();
std::span<const Function> logic_functions();
std::span<const Function> reduction_functions();
std::span<const Function> shape_functions();
std::span<const Function> filling_functions();
std::span<const Function> joining_functions();
std::span<const Function> index_functions();
std::span<const Function> product_functions();
std::span<const Function> activation_functions();
std::span<const Function> network_functions();
std::span<const Function> window_functions();
std::span<const Function> image_functions();

/// Throws ValueError naming `owner` and what there is.
const Function& function_of(std::string_view name, const std::string& owner);
std::vector<std::string> function_names();

/// An operand as its function's line in the table has it.
struct OperandSpec {
    enum class Kind { required, optional, keyword, list, rest };
    std::string name;
    Kind kind;
};
std::vector<OperandSpec> operand_specs(const Function& function);

}  // namespace keratin::operations
