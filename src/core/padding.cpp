#include <keratin/core/padding.hpp>

#include <keratin/core/error.hpp>

#include <algorithm>
#include <ostream>

namespace keratin {

Padding padding(std::string_view name) {
    if (name == "valid" || name == "VALID") return Padding(Padding::Kind::valid);
    if (name == "same" || name == "SAME") return Padding(Padding::Kind::same);
    fail<ValueError>("padding: \"{}\" is not accepted; use \"valid\" or \"same\"",
                     fmt::string_view(name.data(), name.size()));
}

Padding1D padding1d(std::string_view name) {
    if (name == "valid" || name == "VALID") return Padding1D(Padding1D::Kind::valid);
    if (name == "same" || name == "SAME") return Padding1D(Padding1D::Kind::same);
    if (name == "causal" || name == "CAUSAL") return Padding1D(Padding1D::Kind::causal);
    fail<ValueError>("padding: \"{}\" is not accepted; use \"valid\", \"same\" or \"causal\"",
                     fmt::string_view(name.data(), name.size()));
}

std::string to_string(const Size2& size) {
    return fmt::format("({}, {})", size.height, size.width);
}

std::string to_string(const Padding& padding) {
    switch (padding.kind()) {
        case Padding::Kind::valid:
            return "valid";
        case Padding::Kind::same:
            return "same";
        case Padding::Kind::explicit_:
            break;
    }
    return fmt::format("(({}, {}), ({}, {}))", padding.rows().before, padding.rows().after,
                       padding.cols().before, padding.cols().after);
}

std::string to_string(const Padding1D& padding) {
    switch (padding.kind()) {
        case Padding1D::Kind::valid:
            return "valid";
        case Padding1D::Kind::same:
            return "same";
        case Padding1D::Kind::causal:
            break;
    }
    return "causal";
}

std::ostream& operator<<(std::ostream& out, const Size2& size) {
    return out << to_string(size);
}

std::ostream& operator<<(std::ostream& out, const Padding& padding) {
    return out << to_string(padding);
}

WindowExtent window_extent(int64_t in, int64_t window, int64_t stride, int64_t dilation, Padding::Kind kind,
                           PadPair pads) {
    constexpr WindowExtent does_not_fit{0, 0, 0};
    int64_t extent = 0;  // pixels from the first tap to the last
    if (stride < 1 || __builtin_mul_overflow(window - 1, dilation, &extent) ||
        __builtin_add_overflow(extent, int64_t{1}, &extent))
        return does_not_fit;

    if (kind == Padding::Kind::same) {
        const int64_t out = in / stride + (in % stride != 0);
        if (out < 1) return does_not_fit;
        int64_t zeros = 0;
        if (__builtin_add_overflow((out - 1) * stride - in, extent, &zeros)) return does_not_fit;
        zeros = std::max<int64_t>(zeros, 0);
        return {out, zeros / 2, zeros - zeros / 2};
    }
    if (kind == Padding::Kind::valid) pads = {0, 0};
    int64_t room = 0;  // pixels that the window may move by
    if (__builtin_add_overflow(in, pads.before, &room) || __builtin_add_overflow(room, pads.after, &room) ||
        __builtin_sub_overflow(room, extent, &room) || room < 0)
        return {0, pads.before, pads.after};
    return {room / stride + 1, pads.before, pads.after};
}

}  // namespace keratin
