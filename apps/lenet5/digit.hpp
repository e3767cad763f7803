#pragma once

#include <keratin/core/tensor.hpp>

namespace lenet5 {

/// A picture of one digit, of any size, dark on light or light on dark, as MNIST has them: light on dark, the
/// ink's box scaled to fit 20 x 20 pixels, its centre of mass in the middle of 28 x 28; (1, 28, 28, 1) in [0,
/// 1]. A picture of 28 x 28 that is light on dark is taken as it is.
keratin::Tensor prepare_digit(const keratin::Tensor& picture);

}  // namespace lenet5
