#pragma once

#include <keratin/core/padding.hpp>
#include <keratin/core/tensor.hpp>

#include <optional>

namespace keratin::nn {

struct Pool2DOptions {
    std::optional<Size2> strides = {};  ///< the window's size when not given
    Padding padding = "valid";          ///< "valid" or "same"
};

/// The largest value of each window, channel by channel (tf.nn.max_pool2d): (batch, height, width, channels)
/// -> (batch, out_height, out_width, channels). Padding never wins. The gradient of a window goes to its
/// first maximum in row-major order, as in TensorFlow. Throws ShapeError when x is not of rank 4 or the
/// window does not fit.
KERATIN_EXPORT Tensor max_pool2d(const Tensor& x, Size2 window, const Pool2DOptions& options = {});

/// The mean of each window over its real cells; padding does not count (tf.nn.avg_pool2d).
KERATIN_EXPORT Tensor avg_pool2d(const Tensor& x, Size2 window, const Pool2DOptions& options = {});

/// The shape of both; x may have an unknown batch. Errors name `owner`.
KERATIN_EXPORT Shape pool2d_shape(const Shape& x, Size2 window, const Pool2DOptions& options,
                                  const char* owner);

}  // namespace keratin::nn
