#include <cmath>

#include "kernels/reference/activate.hpp"
#include "kernels/reference/families.hpp"

namespace keratin::kernels::reference {
namespace {

struct Extents : Conv2D {
    explicit Extents(const Conv2D& conv) : Conv2D(conv) {}

    int64_t group_in() const { return in_c / groups; }
    int64_t group_out() const { return out_c / groups; }
    int64_t group_of(int64_t oc) const { return oc / group_out(); }

    /// The input row (column) under row kh of the kernel at output row oh; outside [0, in_h) it is padding.
    int64_t row(int64_t oh, int64_t kh) const { return oh * stride_h - pad_top + kh * dilation_h; }
    int64_t col(int64_t ow, int64_t kw) const { return ow * stride_w - pad_left + kw * dilation_w; }
    bool inside(int64_t ih, int64_t iw) const { return ih >= 0 && ih < in_h && iw >= 0 && iw < in_w; }

    int64_t at_x(int64_t n, int64_t ih, int64_t iw, int64_t c) const {
        return ((n * in_h + ih) * in_w + iw) * in_c + c;
    }
    int64_t at_y(int64_t n, int64_t oh, int64_t ow, int64_t oc) const {
        return ((n * out_h + oh) * out_w + ow) * out_c + oc;
    }
    int64_t at_kernel(int64_t kh, int64_t kw, int64_t c, int64_t oc) const {
        return ((kh * kernel_w + kw) * group_in() + c) * out_c + oc;
    }
};

template <class T>
void store(T& result, T value, bool accumulate) {
    result = accumulate ? result + value : value;
}

/// One output: a chain of fused multiply-adds over (kh, kw, c); the vector kernels that have FMA give the
/// same bits.
template <class T>
T convolve(const Extents& e, const T* x, const T* kernel, int64_t n, int64_t oh, int64_t ow, int64_t oc) {
    T sum = 0;
    const int64_t first = e.group_of(oc) * e.group_in();
    for (int64_t kh = 0; kh < e.kernel_h; ++kh)
        for (int64_t kw = 0; kw < e.kernel_w; ++kw) {
            const int64_t ih = e.row(oh, kh), iw = e.col(ow, kw);
            if (!e.inside(ih, iw)) continue;
            for (int64_t c = 0; c < e.group_in(); ++c)
                sum = std::fma(x[e.at_x(n, ih, iw, first + c)], kernel[e.at_kernel(kh, kw, c, oc)], sum);
        }
    return sum;
}

template <class T>
void conv2d(const Context&, const Conv2D& conv, const T* x, const T* kernel, const T* bias,
            Activation activation, T* y) {
    const Extents e(conv);
    for (int64_t n = 0; n < e.batch; ++n)
        for (int64_t oh = 0; oh < e.out_h; ++oh)
            for (int64_t ow = 0; ow < e.out_w; ++ow)
                for (int64_t oc = 0; oc < e.out_c; ++oc) {
                    const T sum = convolve(e, x, kernel, n, oh, ow, oc);
                    y[e.at_y(n, oh, ow, oc)] = activate(activation, bias ? sum + bias[oc] : sum);
                }
}

/// The gradient of one input: the outputs whose window holds it, in ascending order, hence the kernel
/// backwards.
template <class T>
T gather(const Extents& e, const T* dy, const T* kernel, int64_t n, int64_t ih, int64_t iw, int64_t channel) {
    T sum = 0;
    const int64_t group = channel / e.group_in(), c = channel % e.group_in();
    for (int64_t kh = e.kernel_h - 1; kh >= 0; --kh)
        for (int64_t kw = e.kernel_w - 1; kw >= 0; --kw) {
            const int64_t above = ih + e.pad_top - kh * e.dilation_h;
            const int64_t left = iw + e.pad_left - kw * e.dilation_w;
            if (above < 0 || left < 0 || above % e.stride_h || left % e.stride_w) continue;
            const int64_t oh = above / e.stride_h, ow = left / e.stride_w;
            if (oh >= e.out_h || ow >= e.out_w) continue;
            for (int64_t oc = group * e.group_out(); oc < (group + 1) * e.group_out(); ++oc)
                sum = std::fma(dy[e.at_y(n, oh, ow, oc)], kernel[e.at_kernel(kh, kw, c, oc)], sum);
        }
    return sum;
}

template <class T>
void conv2d_input_gradient(const Context&, const Conv2D& conv, const T* dy, const T* kernel, T* dx,
                           bool accumulate) {
    const Extents e(conv);
    for (int64_t n = 0; n < e.batch; ++n)
        for (int64_t ih = 0; ih < e.in_h; ++ih)
            for (int64_t iw = 0; iw < e.in_w; ++iw)
                for (int64_t c = 0; c < e.in_c; ++c)
                    store(dx[e.at_x(n, ih, iw, c)], gather(e, dy, kernel, n, ih, iw, c), accumulate);
}

template <class T>
T correlate(const Extents& e, const T* x, const T* dy, int64_t kh, int64_t kw, int64_t c, int64_t oc) {
    T sum = 0;
    for (int64_t n = 0; n < e.batch; ++n)
        for (int64_t oh = 0; oh < e.out_h; ++oh)
            for (int64_t ow = 0; ow < e.out_w; ++ow) {
                const int64_t ih = e.row(oh, kh), iw = e.col(ow, kw);
                if (!e.inside(ih, iw)) continue;
                sum = std::fma(x[e.at_x(n, ih, iw, e.group_of(oc) * e.group_in() + c)],
                               dy[e.at_y(n, oh, ow, oc)], sum);
            }
    return sum;
}

template <class T>
void conv2d_kernel_gradient(const Context&, const Conv2D& conv, const T* x, const T* dy, T* dkernel,
                            bool accumulate) {
    const Extents e(conv);
    for (int64_t kh = 0; kh < e.kernel_h; ++kh)
        for (int64_t kw = 0; kw < e.kernel_w; ++kw)
            for (int64_t c = 0; c < e.group_in(); ++c)
                for (int64_t oc = 0; oc < e.out_c; ++oc)
                    store(dkernel[e.at_kernel(kh, kw, c, oc)], correlate(e, x, dy, kh, kw, c, oc),
                          accumulate);
}

}  // namespace

template <class T>
void fill_conv(Table<T>& table) {
    table.conv2d = conv2d<T>;
    table.conv2d_input_gradient = conv2d_input_gradient<T>;
    table.conv2d_kernel_gradient = conv2d_kernel_gradient<T>;
}

template void fill_conv(Table<float>&);
template void fill_conv(Table<double>&);

}  // namespace keratin::kernels::reference
