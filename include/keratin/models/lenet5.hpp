#pragma once

#include <keratin/models/sequential.hpp>

#include <string>

namespace keratin::models {

struct LeNet5Options {
    int64_t classes = 10;
    bool modern = false;    ///< relu and max pooling instead of tanh and average pooling
    std::string name = {};  ///< "sequential", "sequential_1", ... when not given
};

/// LeNet-5 (LeCun, Bottou, Bengio, Haffner 1998) for images (28, 28, 1): two convolutions of 6 and 16 kernels
/// 5x5, each followed by a pooling by 2, then dense layers of 120, 84 and `classes` units. 61,706 parameters
/// for 10 classes.
KERATIN_EXPORT Sequential lenet5(const LeNet5Options& options = {});

}  // namespace keratin::models
