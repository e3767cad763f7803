#pragma once

#include <keratin/core/padding.hpp>
#include <keratin/core/shape.hpp>

/// What convolution and pooling share: a window that moves over images (batch, height, width, channels).
namespace keratin::nn {

/// Throws ShapeError unless x has rank 4.
void require_images(const Shape& x, const char* owner);
/// Throws ValueError unless height and width are at least 1; `option` is what the user calls them.
void require_positive(Size2 size, const char* option, const char* owner);
/// Throws ValueError for explicit padding below 0.
void require_not_negative(const Padding& padding, const char* owner);

struct Window2D {
    Size2 size;
    Size2 strides;
    Size2 dilations = 1;
    Padding padding;
};
struct WindowExtents {
    WindowExtent rows;
    WindowExtent cols;
    bool fits() const;  ///< false when an output side would be below 1
};
/// Output sides and zeros; an unknown side of x gives an unknown side.
WindowExtents window_extents(const Shape& x, const Window2D& window);

}  // namespace keratin::nn
