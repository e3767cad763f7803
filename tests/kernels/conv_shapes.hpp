#pragma once

#include <sstream>
#include <string>

#include "kernels/dense_cases.hpp"

/// Random geometries of convolutions.
namespace keratin::kernels::testing {

inline int64_t elements_x(const Conv2D& c) {
    return c.batch * c.in_h * c.in_w * c.in_c;
}
inline int64_t elements_y(const Conv2D& c) {
    return c.batch * c.out_h * c.out_w * c.out_c;
}
inline int64_t elements_kernel(const Conv2D& c) {
    return c.kernel_h * c.kernel_w * (c.in_c / c.groups) * c.out_c;
}

inline std::string text(const Conv2D& c) {
    std::ostringstream s;
    s << "x (" << c.batch << ", " << c.in_h << ", " << c.in_w << ", " << c.in_c << ") kernel (" << c.kernel_h
      << ", " << c.kernel_w << ", " << c.in_c / c.groups << ", " << c.out_c << ") y (" << c.out_h << ", "
      << c.out_w << ") strides " << c.stride_h << ' ' << c.stride_w << " dilation " << c.dilation_h << ' '
      << c.dilation_w << " pad " << c.pad_top << ' ' << c.pad_left << " groups " << c.groups;
    return s.str();
}

/// The size of the output along one axis, or none where the window does not fit.
inline int64_t out_size(int64_t in, int64_t padding, int64_t kernel, int64_t stride, int64_t dilation) {
    const int64_t room = in + padding - (kernel - 1) * dilation - 1;
    return room < 0 ? 0 : room / stride + 1;
}

inline Conv2D random_shape(Random& random) {
    Conv2D c{};
    c.batch = random.pick<int64_t>({0, 1, 1, 2, 3});
    c.in_h = random.integer(1, 11);
    c.in_w = random.integer(1, 11);
    c.kernel_h = random.integer(1, 5);
    c.kernel_w = random.integer(1, 5);
    c.stride_h = random.integer(1, 3);
    c.stride_w = random.integer(1, 3);
    c.dilation_h = random.integer(1, 3);
    c.dilation_w = random.integer(1, 3);
    c.pad_top = random.integer(0, 4);
    c.pad_left = random.integer(0, 4);
    c.groups = random.pick<int64_t>({1, 1, 1, 2, 3, 5});
    c.in_c = c.groups * random.integer(1, 7);
    c.out_c = c.groups * random.integer(1, 35 / c.groups);
    if (random.integer(0, 7) == 0) {  // depthwise
        c.groups = c.in_c = random.integer(1, 35);
        c.out_c = c.in_c * random.pick<int64_t>({1, 1, 2});
    }
    c.out_h = out_size(c.in_h, c.pad_top + random.integer(0, 4), c.kernel_h, c.stride_h, c.dilation_h);
    c.out_w = out_size(c.in_w, c.pad_left + random.integer(0, 4), c.kernel_w, c.stride_w, c.dilation_w);
    return c;
}

/// A 3x3 kernel for every channel, strides alike: images of one pixel, windows wholly outside, rows and
/// columns left over from tiles, channels left over from vectors.
inline Conv2D random_depthwise_shape(Random& random) {
    Conv2D c{};
    c.batch = random.pick<int64_t>({0, 1, 1, 2, 9});
    c.in_h = random.integer(1, 13);
    c.in_w = random.integer(1, 13);
    c.kernel_h = c.kernel_w = 3;
    c.stride_h = c.stride_w = random.integer(1, 2);
    c.dilation_h = c.dilation_w = 1;
    c.pad_top = random.pick<int64_t>({0, 1, 1, 2, 4});
    c.pad_left = random.pick<int64_t>({0, 1, 1, 2, 4});
    c.groups = c.in_c = c.out_c = random.pick<int64_t>({random.integer(1, 50), 16, 32});
    c.out_h = out_size(c.in_h, c.pad_top + random.integer(0, 4), 3, c.stride_h, 1);
    c.out_w = out_size(c.in_w, c.pad_left + random.integer(0, 4), 3, c.stride_w, 1);
    return c;
}

/// Many channels, and images with room for windows of every kind.
inline Conv2D random_wide_shape(Random& random) {
    Conv2D c = random_shape(random);
    c.groups = random.pick<int64_t>({1, 1, 2});
    c.in_c = c.groups * random.integer(32, 52);
    c.out_c = c.groups * random.pick<int64_t>({random.integer(1, 50), 16, 32});
    c.in_h = random.integer(9, 33);
    c.in_w = random.integer(9, 33);
    c.out_h = out_size(c.in_h, c.pad_top + random.integer(0, 4), c.kernel_h, c.stride_h, c.dilation_h);
    c.out_w = out_size(c.in_w, c.pad_left + random.integer(0, 4), c.kernel_w, c.stride_w, c.dilation_w);
    return c;
}

}  // namespace keratin::kernels::testing
