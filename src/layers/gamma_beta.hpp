#pragma once

#include "layers/config.hpp"

/// The factor and the shift behind a normalization, which the layers that normalize have alike.
namespace keratin::layers {

template <class Options>
WeightOptions gamma_weight(const Options& o, const Shape& shape) {
    return {.name = "gamma",
            .shape = shape,
            .initializer = o.gamma_initializer,
            .regularizer = o.gamma_regularizer,
            .constraint = o.gamma_constraint,
            .autocast = false};
}
template <class Options>
WeightOptions beta_weight(const Options& o, const Shape& shape) {
    return {.name = "beta",
            .shape = shape,
            .initializer = o.beta_initializer,
            .regularizer = o.beta_regularizer,
            .constraint = o.beta_constraint,
            .autocast = false};
}

template <class Options>
void set_gamma_beta(Config& config, const Options& o) {
    config.set("center", o.center);
    config.set("scale", o.scale);
    config.set("beta_initializer", node_of(o.beta_initializer));
    config.set("gamma_initializer", node_of(o.gamma_initializer));
    config.set("beta_regularizer", node_of(o.beta_regularizer));
    config.set("gamma_regularizer", node_of(o.gamma_regularizer));
    config.set("beta_constraint", node_of(o.beta_constraint));
    config.set("gamma_constraint", node_of(o.gamma_constraint));
}

template <class Options>
void read_gamma_beta(LayerReader& reader, Options& o) {
    o.center = reader.flag("center", true);
    o.scale = reader.flag("scale", true);
    o.beta_initializer = reader.initializer("beta_initializer", "zeros");
    o.gamma_initializer = reader.initializer("gamma_initializer", "ones");
    o.beta_regularizer = reader.regularizer("beta_regularizer");
    o.gamma_regularizer = reader.regularizer("gamma_regularizer");
    o.beta_constraint = reader.constraint("beta_constraint");
    o.gamma_constraint = reader.constraint("gamma_constraint");
}

}  // namespace keratin::layers
