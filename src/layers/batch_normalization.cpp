#include <keratin/layers/batch_normalization.hpp>

#include "layers/checks.hpp"
#include "layers/config.hpp"
#include "layers/fused_next.hpp"
#include "layers/gamma_beta.hpp"
#include "layers/normalizing.hpp"
#include "ops/nn/batch_norm.hpp"

#include <keratin/autograd/tape.hpp>
#include <keratin/core/error.hpp>
#include <keratin/ops/elementwise.hpp>
#include <keratin/ops/nn/activation.hpp>
#include <keratin/ops/nn/normalization.hpp>
#include <keratin/ops/reduce.hpp>
#include <keratin/ops/shaping.hpp>

#include <vector>

namespace keratin::layers {
namespace {

/// The moments of the positions that count, as Keras has them.
nn::Moments masked_moments(const Tensor& x, const Tensor& mask, int channels, const std::string& name) {
    if (mask.rank() != x.rank() - 1)
        fail<ShapeError>(
            "{}: the mask has shape {}, the input {}; it must have all axes of the input but the last", name,
            mask.shape(), x.shape());
    const int axis = x.shape().normalize_axis(channels, name.c_str());
    std::vector<int> others;
    for (int i = 0; i < x.rank(); ++i)
        if (i != axis) others.push_back(i);
    constexpr double epsilon = 1e-7;  // Keras's own, for a batch of which nothing counts
    const Tensor counts = broadcast_to(expand_dims(mask, -1), x.shape());
    const Tensor none = zeros({}, x.dtype());
    const Tensor number = reduce_sum(cast(counts, x.dtype()), Axes(others), true) + epsilon;
    const Tensor mean = reduce_sum(where(counts, x, none), Axes(others), true) / number;
    const Tensor variance = reduce_sum(where(counts, square(x - mean), none), Axes(others), true) / number;
    const Shape shape{x.shape()[axis]};
    return {reshape(mean, shape), reshape(variance, shape)};
}

}  // namespace

BatchNormalization::BatchNormalization(BatchNormalizationOptions given)
    : Layer(layer_options(given), "BatchNormalization"), options(std::move(given)) {
    require_fraction(options.momentum, "momentum", name());
    require_epsilon(options.epsilon, name());
}

void BatchNormalization::check_input(const Shape& input) const {
    if (input.rank() < 2)
        fail<ShapeError>("{}: input has shape {}; (batch, .., channels) is needed", name(), input);
    const int axis = input.normalize_axis(options.axis, name().c_str());
    if (!moving_mean.built()) return;
    const int64_t channels = moving_mean.shape()[0];
    if (input[axis] != channels)
        fail<ShapeError>(
            "{}: input of shape {} has {} channels on axis {}, the layer was built for {}; give an input "
            "with {} "
            "there",
            name(), input, input[axis], options.axis, channels, channels);
}

void BatchNormalization::build_variables(const Shape& input_shape) {
    check_input(input_shape);
    const Shape shape = {input_shape[options.axis]};
    if (options.scale) add_weight(gamma, gamma_weight(options, shape));
    if (options.center) add_weight(beta, beta_weight(options, shape));
    add_weight(moving_mean, {.name = "moving_mean",
                             .shape = shape,
                             .initializer = options.moving_mean_initializer,
                             .trainable = false,
                             .autocast = false});
    add_weight(moving_variance, {.name = "moving_variance",
                                 .shape = shape,
                                 .initializer = options.moving_variance_initializer,
                                 .trainable = false,
                                 .autocast = false});
}

void BatchNormalization::own_variables(std::vector<Variable>& list) const {
    list.insert(list.end(), {gamma, beta, moving_mean, moving_variance});
}

void BatchNormalization::move_towards(const Tensor& mean, const Tensor& variance) const {
    const NoGradient pause;
    const double kept = options.momentum;
    const auto move = [kept](const Variable& average, const Tensor& now) {
        average.assign(cast(cast(average, now.dtype()) * kept + now * (1 - kept), average.dtype()));
    };
    move(moving_mean, mean);
    move(moving_variance, variance);
}

Tensor BatchNormalization::call(const Tensor& given) {
    require_floating(given, name());
    check_input(given.shape());
    const DType wide = normalizing_dtype(*this);
    const Tensor x = cast(given, wide);
    const Tensor factor = options.scale ? cast(gamma, wide) : Tensor();
    const Tensor shift = options.center ? cast(beta, wide) : Tensor();
    const bool relu = wanted_along(*state_) == Along::relu;
    const bool last = x.shape().normalize_axis(options.axis, name().c_str()) == x.rank() - 1;
    const bool moves = training() && trainable;
    if (moves && last && !given.mask().defined()) {
        const nn::Normalized batch = nn::normalize_batch(x, factor, shift, options.epsilon, relu);
        move_towards(batch.mean, batch.variance);
        return cast(batch.y, compute_dtype());
    }
    nn::Moments moments{cast(moving_mean, wide), cast(moving_variance, wide)};
    if (moves) {
        moments = given.mask().defined() ? masked_moments(x, given.mask(), options.axis, name())
                                         : nn::batch_moments(x, options.axis);
        move_towards(moments.mean, moments.variance);
    }
    const Tensor y = nn::batch_normalization(x, moments.mean, moments.variance, factor, shift,
                                             options.epsilon, options.axis);
    return cast(relu ? nn::relu(y) : y, compute_dtype());
}

Shape BatchNormalization::compute_output_shape(const Shape& input) const {
    check_input(input);
    return input;
}

Config BatchNormalization::get_config() const {
    Config config = base_config();
    config.set("axis", options.axis);
    config.set("momentum", options.momentum);
    config.set("epsilon", options.epsilon);
    set_gamma_beta(config, options);
    config.set("moving_mean_initializer", node_of(options.moving_mean_initializer));
    config.set("moving_variance_initializer", node_of(options.moving_variance_initializer));
    config.set("synchronized", false);
    config.set("renorm", false);
    config.set("renorm_clipping", nullptr);
    config.set("renorm_momentum", 0.99);
    return config;
}

std::shared_ptr<Layer> BatchNormalization::from_config(const Config& config) {
    LayerReader reader(config, "BatchNormalization");
    auto options = reader.options<BatchNormalizationOptions>();
    // Keras 2 wrote a list of one.
    if (const Config* axis = reader.find("axis"))
        options.axis = reader.at("axis", [&] {
            const bool one = axis->is_list() && axis->as_list().size() == 1;
            return as_int(one ? axis->as_list().front() : *axis);
        });
    options.momentum = reader.number("momentum", 0.99);
    options.epsilon = reader.number("epsilon", 0.001);
    read_gamma_beta(reader, options);
    options.moving_mean_initializer = reader.initializer("moving_mean_initializer", "zeros");
    options.moving_variance_initializer = reader.initializer("moving_variance_initializer", "ones");
    reader.only("synchronized", false);
    reader.only("renorm", false);
    reader.find("renorm_clipping");  // mean nothing without renorm
    reader.find("renorm_momentum");
    reader.finish();
    return std::make_shared<BatchNormalization>(std::move(options));
}

}  // namespace keratin::layers
