#pragma once

#include "layers/config.hpp"

#include <keratin/layers/recurrent_cells.hpp>

/// Reading and writing what the recurrent cells, and the layers made of them, share.
namespace keratin::layers {

template <class Options>
concept HasGates = requires(Options o) {
    o.recurrent_activation;
};
template <class Options>
concept HasForgetBias = requires(Options o) {
    o.unit_forget_bias;
};
template <class Options>
concept HasResetAfter = requires(Options o) {
    o.reset_after;
};
template <class Options>
concept HasActivityRegularizer = requires(Options o) {
    o.activity_regularizer;
};

template <class Options>
void set_recurrent_config(Config& config, int64_t units, const Options& o, const Layer& layer) {
    config.set("units", units);
    config.set("activation", activation_config(o.activation, layer));
    if constexpr (HasGates<Options>)
        config.set("recurrent_activation", activation_config(o.recurrent_activation, layer));
    config.set("use_bias", o.use_bias);
    if constexpr (HasForgetBias<Options>) config.set("unit_forget_bias", o.unit_forget_bias);
    config.set("kernel_initializer", node_of(o.kernel_initializer));
    config.set("recurrent_initializer", node_of(o.recurrent_initializer));
    config.set("bias_initializer", node_of(o.bias_initializer));
    config.set("kernel_regularizer", node_of(o.kernel_regularizer));
    config.set("recurrent_regularizer", node_of(o.recurrent_regularizer));
    config.set("bias_regularizer", node_of(o.bias_regularizer));
    if constexpr (HasActivityRegularizer<Options>)
        config.set("activity_regularizer", node_of(o.activity_regularizer));
    config.set("kernel_constraint", node_of(o.kernel_constraint));
    config.set("recurrent_constraint", node_of(o.recurrent_constraint));
    config.set("bias_constraint", node_of(o.bias_constraint));
    config.set("dropout", o.dropout);
    config.set("recurrent_dropout", o.recurrent_dropout);
    if constexpr (HasResetAfter<Options>) config.set("reset_after", o.reset_after);
    // Keras leaves it out of SimpleRNN's.
    if constexpr (HasGates<Options> || !HasActivityRegularizer<Options>)
        config.set("seed", o.seed ? Config(*o.seed) : Config());
}

template <class Options>
void read_recurrent_config(LayerReader& reader, Options& o) {
    if (reader.find("activation")) o.activation = reader.activation();
    if constexpr (HasGates<Options>)
        if (reader.find("recurrent_activation"))
            o.recurrent_activation = reader.activation("recurrent_activation");
    o.use_bias = reader.flag("use_bias", true);
    if constexpr (HasForgetBias<Options>) o.unit_forget_bias = reader.flag("unit_forget_bias", true);
    o.kernel_initializer = reader.initializer("kernel_initializer", "glorot_uniform");
    o.recurrent_initializer = reader.initializer("recurrent_initializer", "orthogonal");
    o.bias_initializer = reader.initializer("bias_initializer", "zeros");
    o.kernel_regularizer = reader.regularizer("kernel_regularizer");
    o.recurrent_regularizer = reader.regularizer("recurrent_regularizer");
    o.bias_regularizer = reader.regularizer("bias_regularizer");
    o.kernel_constraint = reader.constraint("kernel_constraint");
    o.recurrent_constraint = reader.constraint("recurrent_constraint");
    o.bias_constraint = reader.constraint("bias_constraint");
    o.dropout = reader.number("dropout", 0.0);
    o.recurrent_dropout = reader.number("recurrent_dropout", 0.0);
    if constexpr (HasResetAfter<Options>) o.reset_after = reader.flag("reset_after", true);
    o.seed = reader.seed();
    reader.integer("implementation", 2);  // of older versions: which products are joined
}

/// The cell's arguments out of those of a layer made of it.
template <class CellOptions, class Options>
CellOptions cell_options(const Options& o) {
    CellOptions cell;
    cell.activation = o.activation;
    if constexpr (HasGates<CellOptions>) cell.recurrent_activation = o.recurrent_activation;
    cell.use_bias = o.use_bias;
    if constexpr (HasForgetBias<CellOptions>) cell.unit_forget_bias = o.unit_forget_bias;
    cell.kernel_initializer = o.kernel_initializer;
    cell.recurrent_initializer = o.recurrent_initializer;
    cell.bias_initializer = o.bias_initializer;
    cell.kernel_regularizer = o.kernel_regularizer;
    cell.recurrent_regularizer = o.recurrent_regularizer;
    cell.bias_regularizer = o.bias_regularizer;
    cell.kernel_constraint = o.kernel_constraint;
    cell.recurrent_constraint = o.recurrent_constraint;
    cell.bias_constraint = o.bias_constraint;
    cell.dropout = o.dropout;
    cell.recurrent_dropout = o.recurrent_dropout;
    if constexpr (HasResetAfter<CellOptions>) cell.reset_after = o.reset_after;
    cell.seed = o.seed;
    cell.trainable = o.trainable;
    cell.dtype = o.dtype;
    return cell;
}

}  // namespace keratin::layers
