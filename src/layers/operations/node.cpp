#include "layers/operations/plan.hpp"

#include <keratin/core/error.hpp>

#include <algorithm>

/// Operations as Keras's files have them.
namespace keratin::operations {
namespace {

using Kind = OperandSpec::Kind;
constexpr std::string_view package = "keras.src.ops.";

/// A key may be a list, but keratin indexes by constants only.
void require_no_tensor_in(const Config& literal, const std::string& owner) {
    if (!literal.is_list()) return;
    for (const Config& item : literal.as_list()) {
        if (is_tensor(item))
            fail<ValueError>("{}: a tensor stands in a list of constants; give constants only", owner);
        require_no_tensor_in(item, owner);
    }
}

}  // namespace

bool is_tensor(const Config& value) {
    const Config* name = value.is_object() ? value.find("class_name") : nullptr;
    return name && *name == Config("__keras_tensor__");
}

bool is_operation(const Config& node) {
    const Config* module = node.is_object() ? node.find("module") : nullptr;
    return module && module->is_string() && module->as_string().starts_with(package);
}

std::string function_of_node(const Config& node) {
    return node["module"].as_string().substr(package.size()) + "." + node["class_name"].as_string();
}

BoundCall bind_call(const Function& function, const Config& call, const std::string& owner) {
    const std::vector<OperandSpec> specs = operand_specs(function);
    const Config none = Config::object();
    const Config* kwargs = call.find("kwargs");
    Config::List given = call["args"].as_list();
    const bool list = specs.back().kind == Kind::list;
    if (list) {
        if (given.size() != 1 || !given.front().is_list())
            fail<ValueError>("{}: {} takes one list of tensors", owner, function.name);
        given = Config::List(given.front().as_list());
    } else if (specs.back().kind != Kind::rest && given.size() > specs.size()) {
        fail<ValueError>("{}: {} takes the operands ({}) and is called with {}", owner, function.name,
                         function.operands, given.size());
    }
    for (const auto& [key, value] : (kwargs && kwargs->is_object() ? *kwargs : none).members()) {
        const auto spec = std::find_if(specs.begin(), specs.end(),
                                       [&, &name = key](const OperandSpec& one) { return one.name == name; });
        if (spec == specs.end() || list)
            fail<ValueError>("{}: {} has no operand \"{}\"; there are ({})", owner, function.name, key,
                             function.operands);
        const auto position = static_cast<size_t>(spec - specs.begin());
        if (given.size() <= position) given.resize(position + 1);
        given[position] = value;
    }
    BoundCall bound;
    for (size_t i = 0; i < given.size(); ++i) {
        if (is_tensor(given[i])) {
            bound.tensors.push_back(std::move(given[i]));
            continue;
        }
        require_no_tensor_in(given[i], owner);
        bound.literals.emplace(i, std::move(given[i]));
    }
    return bound;
}

BoundCall bind_again(const layers::Operation& operation, const Config& call) {
    BoundCall bound = bind_call(function_of(operation.function(), operation.name()), call, operation.name());
    // The places of its tensors are marked alike, so that equal calls have equal constants.
    const std::vector<Config> marks(bound.tensors.size(), Config("x"));
    Config expected = operation.call_config(marks);
    layers::OperationOptions options;
    options.literals = bound.literals;
    const layers::Operation same(operation.function(), operation.arguments(), std::move(options));
    if (!(same.call_config(marks) == expected))
        fail<ValueError>(
            "{}: its calls have different constants; keratin takes an operation with one kind of "
            "call",
            operation.name());
    return bound;
}

Config node_of(const layers::Operation& operation) {
    const std::string& function = operation.function();
    const size_t dot = function.rfind('.');
    Config node = Config::object({{"module", std::string(package) + function.substr(0, dot)},
                                  {"class_name", function.substr(dot + 1)},
                                  {"config", operation.get_config()},
                                  {"registered_name", function.substr(dot + 1)}});
    if (operation.has_constants()) node.set("inbound_nodes", Config::List{operation.call_config({})});
    return node;
}

std::shared_ptr<layers::Operation> operation_of(const Config& node) {
    Config::Object arguments;
    layers::OperationOptions options;
    for (const auto& [key, value] : node["config"].members())
        if (key == "name")
            options.name = value.as_string();
        else
            arguments.emplace_back(key, value);
    const std::string name = function_of_node(node);
    const Function& function = function_of(name, options.name.empty() ? name : options.name);
    const Config* calls = node.find("inbound_nodes");
    if (calls && !calls->as_list().empty())
        options.literals = bind_call(function, calls->as_list().front(), options.name).literals;
    return std::make_shared<layers::Operation>(name, Config::object(std::move(arguments)),
                                               std::move(options));
}

}  // namespace keratin::operations
