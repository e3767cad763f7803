#pragma once

#include <keratin/data/mnist.hpp>

#include <string>

namespace test {

inline std::string mnist_directory() {
    return std::string(KERATIN_SOURCE_DIR) + "/apps/lenet5/data";
}

/// The handwritten digits as bytes; read once.
inline const keratin::datasets::Split& mnist() {
    static const keratin::datasets::Split data =
        keratin::datasets::mnist(mnist_directory(), {.dtype = keratin::uint8});
    return data;
}

/// The first n of a data set, or n from `first` on.
inline keratin::Dataset part(const keratin::Dataset& data, int64_t n, int64_t first = 0) {
    const int64_t width = data.x.size() / data.x.shape()[0];
    return {data.x.view(data.x.shape().with(0, n), first * width), data.y.view({n}, first), data.scale};
}

}  // namespace test
