#include <keratin/layers/prelu.hpp>

#include "layers/axes.hpp"
#include "layers/checks.hpp"
#include "layers/config.hpp"

#include <keratin/ops/elementwise.hpp>
#include <keratin/ops/nn/activation.hpp>

namespace keratin::layers {

PReLU::PReLU(PReLUOptions given) : Layer(layer_options(given), "PReLU"), options(std::move(given)) {}

Shape PReLU::alpha_shape(const Shape& input) const {
    if (input.rank() < 1) fail<ShapeError>("{}: input is a scalar; (batch, ..) is needed", name());
    Shape shape = input.slice(1, input.rank());
    for (const int axis : options.shared_axes) {
        const int counted = input.normalize_axis(axis, name().c_str());
        if (counted == 0)
            fail<ShapeError>(
                "{}: shared axis {} of input {} is the batch, along which alpha is shared anyway; "
                "name others",
                name(), axis, input);
        shape = shape.with(counted - 1, 1);
    }
    if (alpha.built() && alpha.shape() != shape)
        fail<ShapeError>(
            "{}: input of shape {} needs an alpha of {}, the layer was built with {}; give an "
            "input of the shape it was built for",
            name(), input, shape, alpha.shape());
    return shape;
}

void PReLU::build_variables(const Shape& input_shape) {
    add_weight(alpha, {.name = "alpha",
                       .shape = alpha_shape(input_shape),
                       .initializer = options.alpha_initializer,
                       .regularizer = options.alpha_regularizer,
                       .constraint = options.alpha_constraint});
}

void PReLU::own_variables(std::vector<Variable>& list) const {
    list.push_back(alpha);
}

Tensor PReLU::call(const Tensor& x) {
    require_floating(x, name());
    alpha_shape(x.shape());
    return nn::relu(x) - alpha * nn::relu(-x);
}

Shape PReLU::compute_output_shape(const Shape& input) const {
    alpha_shape(input);
    return input;
}

Config PReLU::get_config() const {
    Config config = base_config();
    config.set("alpha_initializer", node_of(options.alpha_initializer));
    config.set("alpha_regularizer", node_of(options.alpha_regularizer));
    config.set("alpha_constraint", node_of(options.alpha_constraint));
    config.set("shared_axes", options.shared_axes.empty() ? Config() : list_config(options.shared_axes));
    return config;
}

std::shared_ptr<Layer> PReLU::from_config(const Config& config) {
    LayerReader reader(config, "PReLU");
    auto options = reader.options<PReLUOptions>();
    options.alpha_initializer = reader.initializer("alpha_initializer", "zeros");
    options.alpha_regularizer = reader.regularizer("alpha_regularizer");
    options.alpha_constraint = reader.constraint("alpha_constraint");
    if (const Config* axes = reader.find("shared_axes"))
        options.shared_axes = reader.at("shared_axes", [&] { return read_integers(*axes); });
    reader.finish();
    return std::make_shared<PReLU>(std::move(options));
}

}  // namespace keratin::layers
