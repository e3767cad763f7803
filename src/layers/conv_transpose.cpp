#include "layers/conv_transpose.hpp"

#include <keratin/core/error.hpp>
#include <keratin/ops/elementwise.hpp>
#include <keratin/ops/shaping.hpp>

#include <algorithm>

namespace keratin::layers {
namespace {

/// One side of the output and the zeros around it that the way back sees; `out` is below 1 when there is
/// none.
struct Side {
    int64_t out;
    PadPair zeros;
};

/// a * b + c, or -1 beyond what fits.
int64_t scaled(int64_t a, int64_t b, int64_t c) {
    int64_t result = 0;
    if (__builtin_mul_overflow(a, b, &result) || __builtin_add_overflow(result, c, &result)) return -1;
    return result;
}

Side side_of(int64_t in, int64_t taps, int64_t stride, int64_t dilation, const int64_t* output_padding,
             bool same) {
    if (in == Shape::unknown) return {Shape::unknown, {0, 0}};
    const int64_t reach = scaled(taps - 1, dilation, 1);
    if (in < 1 || reach < 1) return {0, {0, 0}};
    const int64_t tail = same
                             ? (output_padding ? reach % 2 + *output_padding : stride)
                             : (output_padding ? scaled(1, reach, *output_padding) : std::max(reach, stride));
    const int64_t out = scaled(in - 1, stride, tail), all = scaled(in - 1, stride, reach);
    if (tail < 0 || out < 0 || all < 0) return {0, {0, 0}};
    const int64_t zeros = std::max<int64_t>(all - out, 0);
    return {out, {zeros / 2, zeros - zeros / 2}};
}

}  // namespace

Transposed transposed(const Shape& input, int64_t filters, const TransposedWindow& window,
                      const std::string& name) {
    const bool sequences = input.rank() == 3;
    const Shape in = sequences ? Shape{input[0], 1, input[1], input[2]} : input;
    const bool same = window.padding.kind() == Padding::Kind::same;
    const auto extra = window.output_padding;
    const Side rows = side_of(in[1], window.kernel.height, window.strides.height, window.dilation.height,
                              extra && !sequences ? &extra->height : nullptr, same);
    const Side cols = side_of(in[2], window.kernel.width, window.strides.width, window.dilation.width,
                              extra ? &extra->width : nullptr, same);
    const auto is_side = [](int64_t out) { return out >= 1 || out == Shape::unknown; };
    if (!is_side(rows.out) || !is_side(cols.out))
        fail<ShapeError>(
            "{}: input of shape {} would have an output without {}, or one beyond memory; use a "
            "larger input or another output_padding",
            name, input, sequences ? "steps" : "pixels");
    return {
        .output = {in[0], rows.out, cols.out, filters},
        .back = {
            .strides = window.strides, .padding = {rows.zeros, cols.zeros}, .dilations = window.dilation}};
}

Tensor transposed_convolved(const Tensor& x, const Tensor& kernel, const Tensor& bias,
                            const Transposed& transposed, const ActivationFunction& activation) {
    const Shape& in = x.shape();
    Tensor y;
    if (x.rank() == 3) {
        y = nn::conv2d_transpose(reshape(x, {in[0], 1, in[1], in[2]}),
                                 reshape(kernel, Shape{1} + kernel.shape()), transposed.output,
                                 transposed.back);
        y = reshape(y, {in[0], transposed.output[2], transposed.output[3]});
    } else {
        y = nn::conv2d_transpose(x, kernel, transposed.output, transposed.back);
    }
    return activation(bias.defined() ? y + bias : y);
}

}  // namespace keratin::layers
