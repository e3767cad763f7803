#include <keratin/layers/average_pooling1d.hpp>

#include "layers/pooling.hpp"

namespace keratin::layers {

AveragePooling1D::AveragePooling1D(Size1 size, AveragePooling1DOptions given)
    : Layer(layer_options(given), "AveragePooling1D"), pool_size(size), options(std::move(given)) {
    check_pooling(*this);
}

void AveragePooling1D::build_variables(const Shape& input_shape) {
    compute_output_shape(input_shape);
}

Tensor AveragePooling1D::call(const Tensor& x) {
    return pooled(*this, x, nn::avg_pool2d);
}

Shape AveragePooling1D::compute_output_shape(const Shape& input) const {
    return pooled_steps(*this, input);
}

Config AveragePooling1D::get_config() const {
    return pooling_config(*this, base_config());
}

std::shared_ptr<Layer> AveragePooling1D::from_config(const Config& config) {
    return pooling_from_config<AveragePooling1D, AveragePooling1DOptions>(config, "AveragePooling1D");
}

}  // namespace keratin::layers
