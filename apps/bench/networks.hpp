#pragma once

#include <keratin/models/sequential.hpp>

#include <cstdint>

namespace bench {

/// A model beside what a dense algorithm must compute for an image.
struct Network {
    keratin::Sequential model;
    int64_t side, channels, classes;
    double forward = 0;  ///< floating-point operations of convolutions and dense layers
    double first = 0;    ///< of the first of them, whose input needs no gradient

    double training() const { return 3 * forward - first; }
};

Network lenet5(bool modern);
/// Six 3x3 convolutions of 64, 128 and 256 filters, a dense layer of 256 (Simonyan, Zisserman 2014, for
/// 32x32).
Network vgg();
/// Three stages of three residual blocks with 16, 32, 64 filters (He, Zhang, Ren, Sun 2015, section 4.2).
Network resnet20();
/// Nine depthwise-separable blocks up to 512 filters (Howard et al. 2017, for 32x32).
Network mobilenet();

}  // namespace bench
