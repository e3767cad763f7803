#include "layers/operations/plan.hpp"

#include <keratin/core/error.hpp>

#include <fmt/ranges.h>

/// The call of an operation: which function, with which arguments and constants.
namespace keratin::layers {
namespace {

using operations::Operand;
using Kind = operations::OperandSpec::Kind;

/// The defaults, replaced by what is given.
Config completed(const char* json, const Config& given, const std::string& owner) {
    Config arguments = *json ? Config::from_json(json) : Config::object();
    if (!given.is_null())
        for (const auto& [key, value] : given.members()) {
            if (!arguments.find(key)) {
                std::vector<std::string> names;
                for (const auto& [name, otherwise] : arguments.members()) names.push_back(name);
                fail<ValueError>("{}: it has no argument \"{}\"; its arguments are [{}]", owner, key,
                                 fmt::join(names, ", "));
            }
            arguments.set(key, value);
        }
    for (const auto& [key, value] : arguments.members())
        if (value == Config("!")) fail<ValueError>("{}: the argument \"{}\" must be given", owner, key);
    return arguments;
}

}  // namespace

Operation::Plan::Plan(std::string_view wanted, Config given, OperationOptions options)
    : name(wanted),
      function(operations::function_of(wanted, options.name.empty() ? "Operation" : options.name)),
      specs(operations::operand_specs(function)),
      arguments(completed(function.arguments, given, options.name.empty() ? name : options.name)) {
    for (const auto& [position, literal] : options.literals) {
        const bool is_key = position < specs.size() && specs[position].name == "key";
        const std::string_view wrapper = operations::wrapper_of(literal);
        constants[position] = {
            {is_key ? Tensor() : operations::tensor_of(literal, name), wrapper.empty() ? literal : Config()},
            wrapper};
    }
    for (const auto& [position, value] : options.constants) {
        if (!value.defined()) fail<ValueError>("{}: constant {} is an undefined tensor", name, position);
        if (value.rank() == 0)
            constants[position] = {{{}, operations::literal_of(value, {})}, {}};
        else
            constants[position] = {{value, {}}, "__tensor__"};
    }
    if (!constants.empty() && !is_open_ended() && constants.rbegin()->first >= specs.size())
        fail<ValueError>("{}: there is a constant for operand {}, and it has {} operands", name,
                         constants.rbegin()->first, specs.size());
}

bool Operation::Plan::is_open_ended() const {
    return !specs.empty() && (specs.back().kind == Kind::rest || specs.back().kind == Kind::list);
}

Config Operation::Plan::Constant::written() const {
    return wrapper.empty() ? operand.literal : operations::literal_of(operand.tensor, wrapper);
}

std::vector<Operand> Operation::Plan::operands(const std::vector<Tensor>& inputs,
                                               const std::string& owner) const {
    const bool open_ended = is_open_ended();
    const size_t count = open_ended ? inputs.size() + constants.size() : specs.size();
    std::vector<Operand> result(count);
    size_t next = 0;
    for (size_t i = 0; i < count; ++i) {
        if (const auto constant = constants.find(i); constant != constants.end()) {
            result[i] = constant->second.operand;
        } else if (next < inputs.size()) {
            result[i].tensor = inputs[next++];
        } else if (open_ended || specs[i].kind == Kind::required) {
            fail<ValueError>("{}: {} takes {} ({}) and got {} inputs and {} constants", owner, name,
                             specs.size() == 1 ? "one operand" : fmt::format("{} operands", specs.size()),
                             function.operands, inputs.size(), constants.size());
        }
    }
    if (next < inputs.size())
        fail<ValueError>("{}: {} takes the operands ({}); {} inputs and {} constants are too many", owner,
                         name, function.operands, inputs.size(), constants.size());
    return result;
}

std::vector<Tensor> Operation::Plan::run(const std::vector<Tensor>& inputs, const std::string& owner,
                                         int64_t limit) const {
    const std::vector<Operand> given = operands(inputs, owner);
    const operations::Call call(owner, arguments, given, limit);
    if (function.run_list) return function.run_list(call);
    return {function.run(call)};
}

}  // namespace keratin::layers
