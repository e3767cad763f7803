#pragma once

#include <keratin/layers/layer.hpp>

#include <memory>
#include <vector>

namespace keratin::layers {

/// What layers around one other layer have in common (keras.layers.Wrapper): its weights are theirs, its
/// config is part of theirs. Derive and override call(); build_variables() builds the layer for the input's
/// shape.
class KERATIN_EXPORT Wrapper : public Layer {
public:
    Wrapper(std::shared_ptr<Layer> layer, LayerOptions options, std::string_view class_name = {});

    Config get_config() const override;

    std::shared_ptr<Layer> layer;

protected:
    void build_variables(const Shape& input_shape) override;
    std::vector<std::shared_ptr<detail::LayerState>> inner_states() const override;
};

}  // namespace keratin::layers
