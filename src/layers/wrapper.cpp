#include <keratin/layers/wrapper.hpp>

#include "layers/layer_state.hpp"

#include <keratin/core/error.hpp>
#include <keratin/layers/registry.hpp>

namespace keratin::layers {

Wrapper::Wrapper(std::shared_ptr<Layer> inner, LayerOptions options, std::string_view class_name)
    : Layer(std::move(options), class_name), layer(std::move(inner)) {
    if (!layer) fail<ValueError>("{}: its layer is null", name());
}

void Wrapper::build_variables(const Shape& input_shape) {
    layer->build(input_shape);
}

std::vector<std::shared_ptr<detail::LayerState>> Wrapper::inner_states() const {
    return {detail::LayerState::refreshed(*layer)};
}

Config Wrapper::get_config() const {
    Config config = base_config();
    config.set("layer", serialize(*layer));
    return config;
}

}  // namespace keratin::layers
