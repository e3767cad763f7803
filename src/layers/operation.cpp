#include <keratin/layers/operation.hpp>

#include "layers/layer_state.hpp"
#include "layers/operations/plan.hpp"

#include <algorithm>

namespace keratin::layers {
namespace {

using Kind = operations::OperandSpec::Kind;

constexpr int64_t largest_sample = int64_t{1} << 28;  ///< elements of a result

/// What a result may have for a batch of this size.
int64_t limit_of(const std::vector<Tensor>& inputs) {
    int64_t batch = 1;
    for (const Tensor& x : inputs)
        if (x.rank() > 0) batch = std::max(batch, x.shape()[0]);
    return std::min(batch, largest_sample) * largest_sample;
}

std::string_view class_of(std::string_view function) {
    return function.substr(function.rfind('.') + 1);
}

}  // namespace

Operation::Operation(std::string_view function, Config arguments, OperationOptions options)
    : Operation(std::make_shared<const Plan>(function, std::move(arguments), options), options.name) {}

Operation::Operation(std::shared_ptr<const Plan> plan, const std::string& name)
    : ListLayer({.name = name}, class_of(plan->name)), plan_(std::move(plan)) {
    state_->takes_any_float = true;
}

std::vector<std::string> Operation::functions() {
    return operations::function_names();
}

const std::string& Operation::function() const {
    return plan_->name;
}

const Config& Operation::arguments() const {
    return plan_->arguments;
}

std::vector<Tensor> Operation::call_list(const std::vector<Tensor>& inputs) {
    return plan_->run(inputs, name(), limit_of(inputs));
}

bool Operation::has_constants() const {
    return !plan_->constants.empty();
}

Config Operation::get_config() const {
    Config config = Config::object({{"name", name()}});
    for (const auto& [key, value] : plan_->arguments.members()) config.set(key, value);
    return config;
}

Config Operation::call_config(const std::vector<Config>& tensors) const {
    const bool open_ended = plan_->is_open_ended();
    const size_t needed = has_constants() ? plan_->constants.rbegin()->first + 1 : 0;
    const size_t count =
        open_ended ? std::max(needed, tensors.size() + plan_->constants.size()) : plan_->specs.size();
    const Config stand_in = tensors.empty() ? Config::object({{"class_name", "__keras_tensor__"}}) : Config();
    Config::List args;
    Config kwargs = Config::object();
    for (size_t i = 0, next = 0; i < count; ++i) {
        const auto constant = plan_->constants.find(i);
        Config value = constant != plan_->constants.end() ? constant->second.written()
                       : next < tensors.size()            ? tensors[next++]
                                                          : stand_in;
        if (!open_ended && plan_->specs[i].kind == Kind::keyword)
            kwargs.set(plan_->specs[i].name, std::move(value));
        else
            args.push_back(std::move(value));
    }
    if (open_ended && plan_->specs.back().kind == Kind::list) args = {Config(std::move(args))};
    return Config::object({{"args", std::move(args)}, {"kwargs", std::move(kwargs)}});
}

KerasTensor operation(std::string_view function, const KerasTensor& x, Config arguments,
                      OperationOptions options) {
    return Operation(function, std::move(arguments), std::move(options))(x);
}

KerasTensor operation(std::string_view function, const std::vector<KerasTensor>& inputs, Config arguments,
                      OperationOptions options) {
    return Operation(function, std::move(arguments), std::move(options))(inputs);
}

}  // namespace keratin::layers
