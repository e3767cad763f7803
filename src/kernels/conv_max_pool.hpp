#pragma once

#include "kernels/kernels.hpp"
#include "kernels/tile.hpp"

/// What the pieces of convolution with max pooling share.
namespace keratin::kernels::KERATIN_ISA {

void conv_max_pool_input_gradient(const Context&, const Conv2D&, const uint8_t* where, const float* dy,
                                  const float* kernel, float* dx, bool accumulate);
void conv_max_pool_input_gradient(const Context&, const Conv2D&, const uint8_t* where, const double* dy,
                                  const double* kernel, double* dx, bool accumulate);
void conv_max_pool_kernel_gradient(const Context&, const Conv2D&, const float* x, const uint8_t* where,
                                   const float* dy, float* dkernel, bool accumulate);
void conv_max_pool_kernel_gradient(const Context&, const Conv2D&, const double* x, const uint8_t* where,
                                   const double* dy, double* dkernel, bool accumulate);

namespace {

/// The largest of four vectors, lane by lane, and which it is: the first on ties, the first NaN before any
/// number.
template <class T>
struct Largest {
    Vec<T> value;
    Vec<T> which;

    KERATIN_INLINE explicit Largest(const Vec<T> (&of)[4]) : value(of[0]), which(Vec<T>::zero()) {
#pragma GCC unroll 4
        for (int i = 1; i < 4; ++i) {
            const Mask<T> better = (of[i] > value) | (is_nan(of[i]) & (value == value));
            value = select(better, of[i], value);
            which = select(better, Vec<T>::broadcast(static_cast<T>(i)), which);
        }
    }
};

/// The value alone.
template <class T>
KERATIN_INLINE Vec<T> largest_of(const Vec<T> (&of)[4]) {
    Vec<T> value = of[0];
#pragma GCC unroll 4
    for (int i = 1; i < 4; ++i) value = select(is_nan(of[i]), of[i], max(of[i], value));
    return value;
}

}  // namespace
}  // namespace keratin::kernels::KERATIN_ISA
