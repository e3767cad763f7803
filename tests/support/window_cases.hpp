#pragma once

#include <keratin/core/padding.hpp>

#include <algorithm>
#include <cstdint>
#include <random>

/// What tests of convolution and pooling share: sampled sizes, and TensorFlow's rule for windows in its own
/// words.
namespace window_cases {

/// One spatial axis: where tap k of output o reads is o * stride - before + k * dilation.
struct Side {
    int64_t in, window, stride, dilation, out, before;

    int64_t at(int64_t o, int64_t k) const { return o * stride - before + k * dilation; }
    bool inside(int64_t i) const { return i >= 0 && i < in; }
};

inline Side side(int64_t in, int64_t window, int64_t stride, int64_t dilation, keratin::Padding::Kind kind,
                 keratin::PadPair pads) {
    const int64_t reach = (window - 1) * dilation + 1;
    if (kind == keratin::Padding::Kind::same) {
        const int64_t out = (in + stride - 1) / stride;
        const int64_t zeros = std::max<int64_t>((out - 1) * stride + reach - in, 0);
        return {in, window, stride, dilation, out, zeros / 2};
    }
    if (kind == keratin::Padding::Kind::valid) pads = {0, 0};
    return {in, window, stride, dilation, (in + pads.before + pads.after - reach) / stride + 1, pads.before};
}

class Sampler {
public:
    explicit Sampler(unsigned seed) : random_(seed) {}

    int64_t between(int64_t low, int64_t high) {
        return std::uniform_int_distribution<int64_t>(low, high)(random_);
    }
    template <class T>
    T one_of(std::initializer_list<T> choices) {
        return choices.begin()[between(0, static_cast<int64_t>(choices.size()) - 1)];
    }
    unsigned seed() { return static_cast<unsigned>(random_()); }

private:
    std::mt19937 random_;
};

}  // namespace window_cases
