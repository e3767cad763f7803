#pragma once

#include <keratin/core/error.hpp>
#include <keratin/core/padding.hpp>
#include <keratin/core/tensor.hpp>

#include <string>

/// What several layers ask of their arguments and inputs. Messages begin with the layer's name.
namespace keratin::layers {

inline void require_floating(const Tensor& x, const std::string& name) {
    if (!is_floating(x.dtype()))
        fail<DTypeError>(
            "{}: input is {}; cast() it to float32, or put a layers::Rescaling(1. / 255) before the layer",
            name, x.dtype());
}

/// What normalizing layers add below a root.
inline void require_epsilon(double epsilon, const std::string& name) {
    if (!(epsilon > 0)) fail<ValueError>("{}: epsilon is {}; it must be positive", name, epsilon);
}

/// What is a share of something: a rate, a momentum.
inline void require_fraction(double value, const char* argument, const std::string& name) {
    if (!(value >= 0 && value <= 1))
        fail<ValueError>("{}: {} is {}; it must be within [0, 1]", name, argument, value);
}

inline void require_positive(Size2 size, const char* argument, const std::string& name) {
    if (size.height < 1 || size.width < 1)
        fail<ValueError>("{}: {} is {}; both sides must be at least 1", name, argument, size);
}

inline void require_positive(Size1 size, const char* argument, const std::string& name) {
    if (size.steps < 1) fail<ValueError>("{}: {} is {}; it must be at least 1", name, argument, size.steps);
}

inline void require_named_padding(const Padding& padding, const std::string& name) {
    if (padding.kind() == Padding::Kind::explicit_)
        fail<ValueError>(
            "{}: padding is {}; a layer takes \"valid\" or \"same\": use \"valid\" after "
            "layers::ZeroPadding2D, or "
            "nn::conv2d",
            name, padding);
}

inline void require_images(const Shape& input, const std::string& name) {
    if (input.rank() != 4)
        fail<ShapeError>("{}: input has shape {}; (batch, height, width, channels) is needed", name, input);
}

inline void require_sequences(const Shape& input, const std::string& name) {
    if (input.rank() != 3)
        fail<ShapeError>("{}: input has shape {}; (batch, steps, channels) is needed", name, input);
}

}  // namespace keratin::layers
