#include <keratin/layers/max_pooling1d.hpp>

#include "layers/pooling.hpp"

namespace keratin::layers {

MaxPooling1D::MaxPooling1D(Size1 size, MaxPooling1DOptions given)
    : Layer(layer_options(given), "MaxPooling1D"), pool_size(size), options(std::move(given)) {
    check_pooling(*this);
}

void MaxPooling1D::build_variables(const Shape& input_shape) {
    compute_output_shape(input_shape);
}

Tensor MaxPooling1D::call(const Tensor& x) {
    return pooled(*this, x, nn::max_pool2d);
}

Shape MaxPooling1D::compute_output_shape(const Shape& input) const {
    return pooled_steps(*this, input);
}

Config MaxPooling1D::get_config() const {
    return pooling_config(*this, base_config());
}

std::shared_ptr<Layer> MaxPooling1D::from_config(const Config& config) {
    return pooling_from_config<MaxPooling1D, MaxPooling1DOptions>(config, "MaxPooling1D");
}

}  // namespace keratin::layers
