#pragma once

#include "bench.hpp"

#include <cstdint>

namespace bench {

/// A convolution of square images with square kernels.
struct ConvShape {
    const char* name;
    int64_t batch, side, in, out, kernel, stride;
    bool same = true;  ///< padding "same", otherwise "valid"
    int64_t groups = 1;
};

Case conv_forward_case(const ConvShape& shape);

}  // namespace bench
