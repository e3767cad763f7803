#pragma once

#include "layers/config.hpp"

#include <keratin/core/error.hpp>

#include <string>

/// What layers that pad and crop have in common: numbers before and after an axis.
namespace keratin::layers {

inline PadPair read_pair(const Config& node) {
    if (node.is_number()) return {node.as_integer(), node.as_integer()};
    const Size2 pair = node.as_size2();
    return {pair.height, pair.width};
}

inline Config pair_config(PadPair pair) {
    return Config::List{pair.before, pair.after};
}

struct PadPairs {
    PadPair rows, columns;
};

/// A number, (height, width), or ((top, bottom), (left, right)).
inline PadPairs read_pairs(const Config& node) {
    if (!node.is_list() || node.as_list().size() != 2) return {read_pair(node), read_pair(node)};
    return {read_pair(node.as_list()[0]), read_pair(node.as_list()[1])};
}

/// The extent with that much more; an unknown one stays unknown.
inline int64_t padded(int64_t side, PadPair zeros, const Shape& input, const std::string& name) {
    if (side == Shape::unknown) return side;
    if (__builtin_add_overflow(side, zeros.before, &side) || __builtin_add_overflow(side, zeros.after, &side))
        fail<ShapeError>("{}: padding ({}, {}) of input {} is more than memory can hold; use less", name,
                         zeros.before, zeros.after, input);
    return side;
}

/// The extent without that much, which must leave something.
inline int64_t cropped(int64_t side, PadPair cut, const Shape& input, const std::string& name) {
    if (side == Shape::unknown) return side;
    if (cut.before >= side || cut.after >= side - cut.before)
        fail<ShapeError>("{}: cropping ({}, {}) leaves nothing of the {} there are in input {}; use less",
                         name, cut.before, cut.after, side, input);
    return side - cut.before - cut.after;
}

/// The extent so many times; throws ShapeError beyond what memory can hold.
inline int64_t repeated(int64_t side, int64_t times, const Shape& input, const std::string& name) {
    if (side == Shape::unknown) return side;
    if (__builtin_mul_overflow(side, times, &side))
        fail<ShapeError>("{}: {} times input {} is more than memory can hold; use less", name, times, input);
    return side;
}

inline bool is_negative(PadPair pair) {
    return pair.before < 0 || pair.after < 0;
}

}  // namespace keratin::layers
