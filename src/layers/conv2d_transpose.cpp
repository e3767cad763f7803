#include <keratin/layers/conv2d_transpose.hpp>

#include "layers/conv_transpose.hpp"

namespace keratin::layers {

Conv2DTranspose::Conv2DTranspose(int64_t n, Conv2DTransposeOptions given)
    : Layer(layer_options(given), "Conv2DTranspose"), filters(n), options(std::move(given)) {
    check_transposed(*this);
}

void Conv2DTranspose::build_variables(const Shape& input_shape) {
    transposed_output(*this, input_shape);
    add_weight(kernel, kernel_weight(options, transposed_kernel_shape(*this, input_shape)));
    if (options.use_bias) add_weight(bias, bias_weight(options, filters));
}

void Conv2DTranspose::own_variables(std::vector<Variable>& list) const {
    list.insert(list.end(), {kernel, bias});
}

Tensor Conv2DTranspose::call(const Tensor& x) {
    require_floating(x, name());
    return transposed_convolved(x, kernel, options.use_bias ? bias.value() : Tensor(),
                                transposed_by(*this, x.shape()), options.activation);
}

Shape Conv2DTranspose::compute_output_shape(const Shape& input) const {
    return transposed_output(*this, input);
}

Config Conv2DTranspose::get_config() const {
    return transposed_config(*this, base_config());
}

std::shared_ptr<Layer> Conv2DTranspose::from_config(const Config& config) {
    return transposed_from_config<Conv2DTranspose, Conv2DTransposeOptions>(config, "Conv2DTranspose");
}

}  // namespace keratin::layers
