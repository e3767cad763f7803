#include "ops/nn/conv_geometry.hpp"

#include "ops/nn/window.hpp"

#include <keratin/core/error.hpp>

#include <algorithm>

namespace keratin::nn {
namespace {

void check_kernel(const Shape& kernel, const char* owner) {
    if (kernel.rank() != 4)
        fail<ShapeError>(
            "{}: kernel has shape {}; (kernel_height, kernel_width, in_channels / groups, filters) is "
            "needed",
            owner, kernel);
    if (std::any_of(kernel.begin(), kernel.end(), [](int64_t extent) { return extent < 1; }))
        fail<ShapeError>("{}: kernel of shape {} has no elements; every extent must be at least 1", owner,
                         kernel);
}

void check_options(const Conv2DOptions& options, const char* owner) {
    require_positive(options.strides, "strides", owner);
    require_positive(options.dilations, "dilations", owner);
    require_not_negative(options.padding, owner);
    if (options.groups < 1) fail<ValueError>("{}: groups {} must be at least 1", owner, options.groups);
}

void check_channels(const Shape& x, const Shape& kernel, int64_t groups, const char* owner) {
    const int64_t channels = x[3];
    const int64_t filters = kernel[3];
    if (filters % groups != 0)
        fail<ShapeError>(
            "{}: {} groups do not divide the {} filters of the kernel (kernel shape {}); use a number "
            "of filters that is a multiple of groups",
            owner, groups, filters, kernel);
    if (groups == 1 && channels != kernel[2])
        fail<ShapeError>(
            "{}: input of shape {} has {} channels, kernel was built for {} (kernel shape {}); give an "
            "input of shape (batch, height, width, {})",
            owner, x, channels, kernel[2], kernel, kernel[2]);
    // Divided, as the product may overflow.
    if (channels % groups != 0 || channels / groups != kernel[2])
        fail<ShapeError>(
            "{}: input of shape {} has {} channels, kernel was built for {} groups of {} (kernel shape "
            "{}); give an input whose channels are groups * kernel.shape()[2]",
            owner, x, channels, groups, kernel[2], kernel);
}

[[noreturn]] void fail_to_fit(const Shape& x, const Shape& kernel, const Conv2DOptions& options,
                              const char* owner) {
    if (x[1] == 0 || x[2] == 0)
        fail<ShapeError>("{}: input of shape {} has no pixels; height and width must be at least 1", owner,
                         x);
    fail<ShapeError>(
        "{}: kernel ({}, {}) with dilations {} does not fit input {} with padding \"{}\"; use padding "
        "\"same\" or a smaller kernel",
        owner, kernel[0], kernel[1], options.dilations, x, options.padding);
}

/// One axis of a convolution as the kernels see it.
struct Side {
    int64_t reach;  ///< beyond any distance within the padded image: no stride need be longer
    int64_t stride, dilation;
};

/// A stride or a dilation that never moves anything may be any number; here it is one that can be multiplied.
Side side_of(int64_t in, int64_t taps, int64_t stride, int64_t dilation, const WindowExtent& window) {
    if (in == Shape::unknown) return {1, stride, dilation};
    const int64_t step = taps == 1 ? 1 : dilation;
    int64_t reach = (taps - 1) * step + 1;
    if (__builtin_add_overflow(reach, in, &reach) || __builtin_add_overflow(reach, window.before, &reach) ||
        __builtin_add_overflow(reach, window.after, &reach))
        reach = INT64_MAX;
    return {reach, std::min(stride, reach), step};
}

/// No offset within the padded images overflows.
void check_padded(const Side& rows, const Side& cols, const Shape& x, const Shape& kernel,
                  const Conv2DOptions& options, const char* owner) {
    constexpr int64_t most = int64_t{1} << 56;
    int64_t elements = std::max({int64_t{1}, x[3], kernel[3]});
    if (__builtin_mul_overflow(elements, rows.reach, &elements) ||
        __builtin_mul_overflow(elements, cols.reach, &elements) || elements > most)
        fail<ShapeError>(
            "{}: input {} with padding \"{}\" and dilations {} of kernel ({}, {}) is larger than memory can "
            "hold; use less padding or smaller dilations",
            owner, x, options.padding, options.dilations, kernel[0], kernel[1]);
}

}  // namespace

ConvGeometry conv_geometry(const Shape& x, const Shape& kernel, const Conv2DOptions& options,
                           const char* owner) {
    require_images(x, owner);
    check_kernel(kernel, owner);
    check_options(options, owner);
    check_channels(x, kernel, options.groups, owner);
    const WindowExtents window =
        window_extents(x, {Size2(kernel[0], kernel[1]), options.strides, options.dilations, options.padding});
    if (!window.fits()) fail_to_fit(x, kernel, options, owner);
    const Side rows = side_of(x[1], kernel[0], options.strides.height, options.dilations.height, window.rows);
    const Side cols = side_of(x[2], kernel[1], options.strides.width, options.dilations.width, window.cols);
    check_padded(rows, cols, x, kernel, options, owner);

    return {.extents = {.batch = x[0],
                        .in_h = x[1],
                        .in_w = x[2],
                        .in_c = x[3],
                        .out_h = window.rows.out,
                        .out_w = window.cols.out,
                        .out_c = kernel[3],
                        .kernel_h = kernel[0],
                        .kernel_w = kernel[1],
                        .stride_h = rows.stride,
                        .stride_w = cols.stride,
                        .dilation_h = rows.dilation,
                        .dilation_w = cols.dilation,
                        .pad_top = window.rows.before,
                        .pad_left = window.cols.before,
                        .groups = options.groups,
                        .winograd = winograd_allowed()},
            .output = Shape{x[0], window.rows.out, window.cols.out, kernel[3]}};
}

Shape conv2d_shape(const Shape& x, const Shape& kernel, const Conv2DOptions& options, const char* owner) {
    return conv_geometry(x, kernel, options, owner).output;
}

}  // namespace keratin::nn
