#pragma once

#include <keratin/core/tensor.hpp>

namespace lenet5 {

/// A picture of one digit, of any size, dark on light or light on dark, made like those of MNIST: light on
/// dark, the ink's box scaled to fit 20 x 20 pixels, its centre of mass in the middle of 28 x 28; (1, 28, 28,
/// 1) in [0, 1]. One that already sits so, dark or light, keeps its pixels. `picture` is uint8 (height,
/// width, channels), as io::read_image() gives it. Throws ValueError when nothing differs from the border.
keratin::Tensor prepare_digit(const keratin::Tensor& picture);

}  // namespace lenet5
