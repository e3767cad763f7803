#include <keratin/layers/group_normalization.hpp>

#include "layers/axes.hpp"
#include "layers/checks.hpp"
#include "layers/config.hpp"
#include "layers/gamma_beta.hpp"
#include "layers/normalizing.hpp"

#include <keratin/ops/elementwise.hpp>

namespace keratin::layers {

GroupNormalization::GroupNormalization(GroupNormalizationOptions given)
    : Layer(without_autocast(given), "GroupNormalization"), options(std::move(given)) {
    require_epsilon(options.epsilon, name());
    if (options.groups < 1 && options.groups != -1)
        fail<ValueError>("{}: groups is {}; it must be positive, or -1 for a group of each channel", name(),
                         options.groups);
}

int GroupNormalization::checked_axis(const Shape& input) const {
    if (input.rank() < 2)
        fail<ShapeError>("{}: input has shape {}; (batch, .., channels) is needed", name(), input);
    const int axis = input.normalize_axis(options.axis, name().c_str());
    if (axis == 0)
        fail<ShapeError>("{}: axis {} of input {} is the batch; name the axis of the channels", name(),
                         options.axis, input);
    require_extents(gamma, {axis}, input, name());
    require_extents(beta, {axis}, input, name());
    if (options.groups > 0 && input[axis] % options.groups != 0)
        fail<ShapeError>(
            "{}: input of shape {} has {} channels, which do not divide into {} groups; choose "
            "groups that they divide into",
            name(), input, input[axis], options.groups);
    return axis;
}

void GroupNormalization::build_variables(const Shape& input_shape) {
    const Shape shape = {input_shape[checked_axis(input_shape)]};
    if (options.scale) add_weight(gamma, gamma_weight(options, shape));
    if (options.center) add_weight(beta, beta_weight(options, shape));
}

void GroupNormalization::own_variables(std::vector<Variable>& list) const {
    list.insert(list.end(), {gamma, beta});
}

Tensor GroupNormalization::call(const Tensor& given) {
    require_floating(given, name());
    const DType wide = normalizing_dtype(*this);
    const Tensor x = cast(given, wide);
    const int axis = checked_axis(x.shape());
    const int64_t channels = x.shape()[axis];
    const int64_t groups = options.groups > 0 ? options.groups : channels;
    const Shape split = x.shape().slice(0, axis) + Shape{groups, groups ? channels / groups : 0} +
                        x.shape().slice(axis + 1, x.rank());
    std::vector<int> together;
    for (int i = 1; i < split.rank(); ++i)
        if (i != axis) together.push_back(i);

    const Tensor grouped = reshape(x, split);
    const Tensor centered = grouped - reduce_mean(grouped, Axes(together), true);
    const Tensor variance = reduce_mean(square(centered), Axes(together), true);
    Tensor y = reshape(centered * rsqrt(variance + options.epsilon), x.shape());
    if (options.scale) y = y * spread(cast(gamma, wide), {axis}, x.shape());
    if (options.center) y = y + spread(cast(beta, wide), {axis}, x.shape());
    return cast(y, compute_dtype());
}

Shape GroupNormalization::compute_output_shape(const Shape& input) const {
    checked_axis(input);
    return input;
}

Config GroupNormalization::get_config() const {
    Config config = base_config();
    config.set("groups", options.groups);
    config.set("axis", options.axis);
    config.set("epsilon", options.epsilon);
    set_gamma_beta(config, options);
    return config;
}

std::shared_ptr<Layer> GroupNormalization::from_config(const Config& config) {
    LayerReader reader(config, "GroupNormalization");
    auto options = reader.options<GroupNormalizationOptions>();
    options.groups = reader.integer("groups", 32);
    options.axis = reader.small_integer("axis", -1);
    options.epsilon = reader.number("epsilon", 0.001);
    read_gamma_beta(reader, options);
    reader.finish();
    return std::make_shared<GroupNormalization>(std::move(options));
}

}  // namespace keratin::layers
