#pragma once

#include <keratin/core/padding.hpp>
#include <keratin/core/tensor.hpp>

#include <string>
#include <string_view>

namespace keratin {

/// How an image gets other sides: "nearest" or "bilinear". A misspelt literal does not compile; a run-time
/// string goes through interpolation(name).
class Interpolation {
public:
    enum class Kind : uint8_t { nearest, bilinear };

    consteval Interpolation(const char* literal) : kind_(parse(literal)) {}
    constexpr explicit Interpolation(Kind kind) : kind_(kind) {}

    constexpr Kind kind() const { return kind_; }

    friend constexpr bool operator==(const Interpolation&, const Interpolation&) = default;

private:
    static consteval Kind parse(std::string_view text) {
        if (text == "nearest") return Kind::nearest;
        if (text == "bilinear") return Kind::bilinear;
        throw "interpolation must be \"nearest\" or \"bilinear\"";
    }

    Kind kind_;
};

/// The interpolation of that name, for strings known only at run time; throws ValueError listing the accepted
/// words.
KERATIN_EXPORT Interpolation interpolation(std::string_view name);
KERATIN_EXPORT std::string to_string(const Interpolation& interpolation);  ///< "nearest", "bilinear"

namespace nn {

/// Images with other sides (tf.image.resize): (batch, height, width, channels) -> (batch, size.height,
/// size.width, channels). Pixels are squares, so output pixel i stands at (i + 0.5) * in / out - 0.5 of the
/// input; beyond the border the border repeats, and nothing is smoothed when the image gets smaller.
/// float32 and float64. Throws ValueError for a size below 1, ShapeError for another rank or no pixels.
KERATIN_EXPORT Tensor resize(const Tensor& x, Size2 size, Interpolation interpolation = "bilinear");

}  // namespace nn
}  // namespace keratin
