#pragma once

#include "kernels/kernels.hpp"
#include "kernels/parallel.hpp"
#include "kernels/tile.hpp"

/// What the passes of the depthwise convolution share: one filter for every channel, the channels being the
/// lanes.
namespace keratin::kernels::KERATIN_ISA {
namespace {

/// The taps along an axis of a depthwise kernel that has a path of its own.
constexpr int depthwise_taps = 3;

/// Whether a convolution takes that path. Anything else that is depthwise goes the general way.
inline bool is_depthwise(const Conv2D& conv) {
    return conv.in_c > 0 && conv.groups == conv.in_c && conv.out_c == conv.in_c &&
           conv.kernel_h == depthwise_taps && conv.kernel_w == depthwise_taps && conv.dilation_h == 1 &&
           conv.dilation_w == 1 && conv.stride_h == conv.stride_w &&
           (conv.stride_h == 1 || conv.stride_h == 2);
}

constexpr bool is_tap(int kh, int kw) {
    return kh >= 0 && kh < depthwise_taps && kw >= 0 && kw < depthwise_taps;
}

constexpr unsigned all(int count) {
    return (1u << count) - 1;
}

/// Which of `count` places from `first` on lie within [0, extent), as bits.
inline unsigned inside(int64_t first, int count, int64_t extent) {
    const int64_t low = smaller(larger(-first, 0), count), high = smaller(larger(extent - first, 0), count);
    return all(static_cast<int>(high)) & ~all(static_cast<int>(low));
}

constexpr bool has(unsigned bits, int i) {
    return (bits >> i & 1) != 0;
}

/// A vector of channels, of which there are n when it is not whole.
template <bool Whole, class T>
KERATIN_INLINE Vec<T> load_channels(const T* p, int64_t n) {
    return Whole ? Vec<T>::load(p) : Vec<T>::load_n(p, n);
}
template <bool Whole, class T>
KERATIN_INLINE void store_channels(Vec<T> x, T* p, int64_t n) {
    Whole ? x.store(p) : x.store_n(p, n);
}

}  // namespace
}  // namespace keratin::kernels::KERATIN_ISA
