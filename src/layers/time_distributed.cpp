#include <keratin/layers/time_distributed.hpp>

#include "layers/config.hpp"

#include <keratin/core/error.hpp>
#include <keratin/layers/registry.hpp>
#include <keratin/ops/shaping.hpp>

namespace keratin::layers {
namespace {

/// The shape of one time step.
Shape step_shape(const Shape& input, const std::string& name) {
    if (input.rank() < 3)
        fail<ShapeError>("{}: input has shape {}; (batch, time, ..) of at least three axes is needed", name,
                         input);
    return input.slice(0, 1) + input.slice(2, input.rank());
}

}  // namespace

TimeDistributed::TimeDistributed(std::shared_ptr<Layer> one, TimeDistributedOptions given)
    : Wrapper(std::move(one), layer_options(given), "TimeDistributed"), options(std::move(given)) {}

void TimeDistributed::build_variables(const Shape& input_shape) {
    layer->build(step_shape(input_shape, name()));
}

Tensor TimeDistributed::call(const Tensor& x) {
    const Shape step = step_shape(x.shape(), name());
    const int64_t batch = x.shape()[0], steps = x.shape()[1];
    if (layer->non_trainable_variables().empty() || !training()) {
        // All steps at once: samples have nothing to do with one another.
        const Tensor y = (*layer)(reshape(x, step.with(0, batch * steps)));
        return reshape(y, Shape{batch, steps} + y.shape().slice(1, y.rank()));
    }
    std::vector<Tensor> outputs;  // one after the other, as statistics move with each
    for (int64_t t = 0; t < steps; ++t) outputs.push_back((*layer)(squeeze(slice(x, {{}, {t, t + 1}}), 1)));
    return stack(outputs, 1);
}

Shape TimeDistributed::compute_output_shape(const Shape& input) const {
    const Shape output = layer->compute_output_shape(step_shape(input, name()));
    return output.slice(0, 1) + input.slice(1, 2) + output.slice(1, output.rank());
}

std::shared_ptr<Layer> TimeDistributed::from_config(const Config& config) {
    LayerReader reader(config, "TimeDistributed");
    const std::shared_ptr<Layer> layer = layer_from_config(reader.require("layer"));
    auto options = reader.options<TimeDistributedOptions>();
    reader.finish();
    return std::make_shared<TimeDistributed>(layer, std::move(options));
}

}  // namespace keratin::layers
