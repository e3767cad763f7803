#include <keratin/layers/average_pooling2d.hpp>

#include "layers/pooling.hpp"

namespace keratin::layers {

AveragePooling2D::AveragePooling2D(Size2 size, AveragePooling2DOptions given)
    : Layer(layer_options(given), "AveragePooling2D"), pool_size(size), options(std::move(given)) {
    check_pooling(*this);
}

void AveragePooling2D::build_variables(const Shape& input_shape) {
    compute_output_shape(input_shape);
}

Tensor AveragePooling2D::call(const Tensor& x) {
    compute_output_shape(x.shape());
    return nn::avg_pool2d(x, pool_size, pool_options(options));
}

Shape AveragePooling2D::compute_output_shape(const Shape& input) const {
    return nn::pool2d_shape(input, pool_size, pool_options(options), name().c_str());
}

Config AveragePooling2D::get_config() const {
    return pooling_config(*this, base_config());
}

std::shared_ptr<Layer> AveragePooling2D::from_config(const Config& config) {
    return pooling_from_config<AveragePooling2D, AveragePooling2DOptions>(config, "AveragePooling2D");
}

}  // namespace keratin::layers
