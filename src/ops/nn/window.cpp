#include "ops/nn/window.hpp"

#include <keratin/core/error.hpp>

namespace keratin::nn {
namespace {

WindowExtent extent(int64_t in, int64_t window, int64_t stride, int64_t dilation, Padding::Kind kind,
                    PadPair pads) {
    if (in == Shape::unknown) return {Shape::unknown, 0, 0};
    return window_extent(in, window, stride, dilation, kind, pads);
}

bool is_side(int64_t out) {
    return out >= 1 || out == Shape::unknown;
}

}  // namespace

void require_images(const Shape& x, const char* owner) {
    if (x.rank() != 4)
        fail<ShapeError>(
            "{}: input has shape {}; images of shape (batch, height, width, channels) are needed, "
            "use reshape() or expand_dims()",
            owner, x);
}

void require_positive(Size2 size, const char* option, const char* owner) {
    if (size.height < 1 || size.width < 1)
        fail<ValueError>("{}: {} {} must be at least 1", owner, option, size);
}

void require_not_negative(const Padding& padding, const char* owner) {
    const auto negative = [](PadPair pads) { return pads.before < 0 || pads.after < 0; };
    if (padding.kind() == Padding::Kind::explicit_ && (negative(padding.rows()) || negative(padding.cols())))
        fail<ValueError>("{}: padding {} must not be negative; use slice() to cut pixels off", owner,
                         padding);
}

bool WindowExtents::fits() const {
    return is_side(rows.out) && is_side(cols.out);
}

WindowExtents window_extents(const Shape& x, const Window2D& window) {
    const Padding& padding = window.padding;
    return {extent(x[1], window.size.height, window.strides.height, window.dilations.height, padding.kind(),
                   padding.rows()),
            extent(x[2], window.size.width, window.strides.width, window.dilations.width, padding.kind(),
                   padding.cols())};
}

}  // namespace keratin::nn
