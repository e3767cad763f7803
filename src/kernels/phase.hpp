#pragma once

#include "kernels/image.hpp"

/// The input gradient of a convolution seen from the input: which taps of the kernel reach a row or column
/// from dy. They are the same for all rows that are congruent modulo the stride.
namespace keratin::kernels::KERATIN_ISA {
namespace {

/// One phase along one axis: the rows phase, phase + stride, ... of the input.
struct Phase {
    Axis axis;            ///< over dy
    int64_t first, step;  ///< tap i of the axis is tap first - i * step of the kernel
};

/// Tap t of the kernel reaches row `phase` from row (phase + pad - t * dilation) / stride of dy, where that
/// is whole.
inline Phase phase_of(int64_t phase, int64_t in, int64_t out, int64_t kernel, int64_t stride,
                      int64_t dilation, int64_t pad) {
    Phase result{{out, in > phase ? divide_up(in - phase, stride) : 0, 1, 0, 1, 0}, 0, 1};
    for (int64_t t = kernel - 1; t >= 0; --t) {
        const int64_t place = phase + pad - t * dilation;
        if (place % stride != 0) continue;
        if (result.axis.count == 0) {
            result.axis.offset = place / stride;
            result.first = t;
        } else if (result.axis.count == 1) {
            result.axis.step = place / stride - result.axis.offset;
            result.step = result.first - t;
        }
        ++result.axis.count;
    }
    return result;
}

inline Phase row_phase(const Conv2D& conv, int64_t row) {
    return phase_of(row % conv.stride_h, conv.in_h, conv.out_h, conv.kernel_h, conv.stride_h, conv.dilation_h,
                    conv.pad_top);
}
inline Phase col_phase(const Conv2D& conv, int64_t col) {
    return phase_of(col % conv.stride_w, conv.in_w, conv.out_w, conv.kernel_w, conv.stride_w, conv.dilation_w,
                    conv.pad_left);
}

}  // namespace
}  // namespace keratin::kernels::KERATIN_ISA
