#include <keratin/initializers/constants.hpp>

#include <keratin/core/error.hpp>

#include <algorithm>

namespace keratin::initializers {

Tensor Zeros::operator()(const Shape& shape, DType dtype) const {
    return zeros(shape, dtype);
}

Tensor Ones::operator()(const Shape& shape, DType dtype) const {
    return ones(shape, dtype);
}

Tensor Constant::operator()(const Shape& shape, DType dtype) const {
    return full(shape, value, dtype);
}

Config Constant::get_config() const {
    return Config::object({{"value", value}});
}

Tensor Identity::operator()(const Shape& shape, DType dtype) const {
    if (shape.rank() != 2)
        fail<ShapeError>("Identity: shape {} is no matrix; use it for weights of rank 2", shape);
    Tensor values = zeros(shape, float64);
    const std::span<double> data = values.mutable_data<double>();
    for (int64_t i = 0; i < std::min(shape[0], shape[1]); ++i)
        data[static_cast<size_t>(i * shape[1] + i)] = gain;
    return convert(values, dtype);
}

Config Identity::get_config() const {
    return Config::object({{"gain", gain}});
}

}  // namespace keratin::initializers
