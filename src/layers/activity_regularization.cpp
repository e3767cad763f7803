#include <keratin/layers/activity_regularization.hpp>

#include "layers/config.hpp"

#include <keratin/regularizers/penalties.hpp>

namespace keratin::layers {
namespace {

LayerOptions with_penalty(const ActivityRegularizationOptions& options) {
    return {.activity_regularizer = regularizers::L1L2({.l1 = options.l1, .l2 = options.l2}),
            .trainable = options.trainable,
            .dtype = options.dtype,
            .name = options.name};
}

}  // namespace

ActivityRegularization::ActivityRegularization(ActivityRegularizationOptions given)
    : Layer(with_penalty(given), "ActivityRegularization"), options(std::move(given)) {}

void ActivityRegularization::build_variables(const Shape&) {}

Tensor ActivityRegularization::call(const Tensor& x) {
    return x;
}

Shape ActivityRegularization::compute_output_shape(const Shape& input) const {
    return input;
}

Config ActivityRegularization::get_config() const {
    Config config = Config::object({{"name", name()},
                                    {"trainable", static_cast<bool>(trainable)},
                                    {"dtype", dtype_config(dtype_policy())}});
    config.set("l1", options.l1);
    config.set("l2", options.l2);
    return config;
}

std::shared_ptr<Layer> ActivityRegularization::from_config(const Config& config) {
    LayerReader reader(config, "ActivityRegularization");
    ActivityRegularizationOptions options;
    options.name = reader.text("name", {});
    options.trainable = reader.flag("trainable", true);
    options.dtype = reader.policy();
    options.l1 = reader.number("l1", 0.0);
    options.l2 = reader.number("l2", 0.0);
    reader.finish();
    return std::make_shared<ActivityRegularization>(std::move(options));
}

}  // namespace keratin::layers
