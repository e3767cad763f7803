#pragma once

#include <keratin/core/tensor.hpp>

#include <cstdint>
#include <functional>

namespace lenet5 {

/// How numbers become colours: from -limit (blue) over 0 (white) to limit (red), or from 0 (black) to limit
/// (white). What is not finite is green.
struct Scale {
    float limit;
    bool grey = false;
    bool negative = true;  ///< false: there are no negative numbers, so the colour bar begins at 0
};

/// Arrays of numbers as tiles side by side.
struct Tiles {
    int64_t count, columns;  ///< tiles in all, and in a row
    int64_t height, width;   ///< of a tile, in numbers
    int64_t zoom;            ///< pixels per number
};

/// The tiles with borders between them, and beneath them the colour bar with its least and greatest number:
/// uint8 (height, width, 3), for io::write_png().
keratin::Tensor draw(const Tiles& tiles, const Scale& scale,
                     const std::function<float(int64_t tile, int64_t row, int64_t col)>& value);

}  // namespace lenet5
