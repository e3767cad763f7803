#include <keratin/layers/max_pooling2d.hpp>

#include "layers/pooling.hpp"

namespace keratin::layers {

MaxPooling2D::MaxPooling2D(Size2 size, MaxPooling2DOptions given)
    : Layer(layer_options(given), "MaxPooling2D"), pool_size(size), options(std::move(given)) {
    check_pooling(*this);
}

void MaxPooling2D::build_variables(const Shape& input_shape) {
    compute_output_shape(input_shape);
}

Tensor MaxPooling2D::call(const Tensor& x) {
    compute_output_shape(x.shape());
    return nn::max_pool2d(x, pool_size, pool_options(options));
}

Shape MaxPooling2D::compute_output_shape(const Shape& input) const {
    return nn::pool2d_shape(input, pool_size, pool_options(options), name().c_str());
}

Config MaxPooling2D::get_config() const {
    return pooling_config(*this, base_config());
}

std::shared_ptr<Layer> MaxPooling2D::from_config(const Config& config) {
    return pooling_from_config<MaxPooling2D, MaxPooling2DOptions>(config, "MaxPooling2D");
}

}  // namespace keratin::layers
