#pragma once

#include <keratin/core/export.hpp>

#include <fmt/format.h>

#include <cstdint>
#include <iosfwd>
#include <string>
#include <string_view>

namespace keratin {

/// A number of steps of a sequence. Has no default, so an option of this type must be given.
struct Size1 {
    constexpr Size1(int64_t n) : steps(n) {}

    int64_t steps;

    friend constexpr bool operator==(const Size1&, const Size1&) = default;
};

/// A height and a width in pixels: 5 means (5, 5). Has no default, so an option of this type must be given.
struct Size2 {
    constexpr Size2(int64_t both) : height(both), width(both) {}
    constexpr Size2(int64_t h, int64_t w) : height(h), width(w) {}

    int64_t height;
    int64_t width;

    friend constexpr bool operator==(const Size2&, const Size2&) = default;
};

/// Zeros before and after one axis.
struct PadPair {
    int64_t before;
    int64_t after;

    friend constexpr bool operator==(const PadPair&, const PadPair&) = default;
};

/// How a window meets the border: "valid" (not at all), "same" (output side = ceil(input / stride), the odd
/// zero at the bottom and right), or explicit zeros {{top, bottom}, {left, right}}. As in TensorFlow, upper
/// case is accepted. A misspelt literal does not compile; a run-time string goes through padding(name).
class Padding {
public:
    enum class Kind : uint8_t { valid, same, explicit_ };

    consteval Padding(const char* literal) : kind_(parse(literal)) {}
    constexpr Padding(PadPair rows, PadPair cols) : kind_(Kind::explicit_), rows_(rows), cols_(cols) {}
    constexpr explicit Padding(Kind kind) : kind_(kind) {}

    constexpr Kind kind() const { return kind_; }
    constexpr PadPair rows() const { return rows_; }  ///< explicit padding only: (top, bottom)
    constexpr PadPair cols() const { return cols_; }  ///< explicit padding only: (left, right)

    friend constexpr bool operator==(const Padding&, const Padding&) = default;

private:
    static consteval Kind parse(std::string_view text) {
        if (text == "valid" || text == "VALID") return Kind::valid;
        if (text == "same" || text == "SAME") return Kind::same;
        throw "padding must be \"valid\" or \"same\"";
    }

    Kind kind_;
    PadPair rows_{0, 0};
    PadPair cols_{0, 0};
};

/// How a window meets the ends of a sequence: as Padding says, or "causal": zeros before the first step only,
/// so that no output sees a later step. A misspelt literal does not compile; a run-time string goes through
/// padding1d(name).
class Padding1D {
public:
    enum class Kind : uint8_t { valid, same, causal };

    consteval Padding1D(const char* literal) : kind_(parse(literal)) {}
    constexpr explicit Padding1D(Kind kind) : kind_(kind) {}

    constexpr Kind kind() const { return kind_; }

    friend constexpr bool operator==(const Padding1D&, const Padding1D&) = default;

private:
    static consteval Kind parse(std::string_view text) {
        if (text == "valid" || text == "VALID") return Kind::valid;
        if (text == "same" || text == "SAME") return Kind::same;
        if (text == "causal" || text == "CAUSAL") return Kind::causal;
        throw "padding must be \"valid\", \"same\" or \"causal\"";
    }

    Kind kind_;
};

/// The padding of that name, for strings known only at run time; throws ValueError listing the accepted
/// words.
KERATIN_EXPORT Padding padding(std::string_view name);
KERATIN_EXPORT Padding1D padding1d(std::string_view name);

KERATIN_EXPORT std::string to_string(const Size2& size);         ///< "(5, 5)"
KERATIN_EXPORT std::string to_string(const Padding& padding);    ///< "valid", "same", "((1, 1), (1, 1))"
KERATIN_EXPORT std::string to_string(const Padding1D& padding);  ///< "valid", "same", "causal"
KERATIN_EXPORT std::ostream& operator<<(std::ostream& out, const Size2& size);
KERATIN_EXPORT std::ostream& operator<<(std::ostream& out, const Padding& padding);

/// How one spatial axis of a window op comes out.
struct WindowExtent {
    int64_t out;     ///< output side
    int64_t before;  ///< zeros before
    int64_t after;   ///< zeros after
};

/// Output side and zeros of a window of `window` taps, `dilation` apart, moved by `stride` over `in` pixels.
/// valid: floor((in + pads - extent) / stride) + 1; same: ceil(in / stride). `out` is <= 0 when the window
/// does not fit; the caller says so in its own words.
KERATIN_EXPORT WindowExtent window_extent(int64_t in, int64_t window, int64_t stride, int64_t dilation,
                                          Padding::Kind kind, PadPair pads);

}  // namespace keratin

template <>
struct fmt::formatter<keratin::Size2> : fmt::formatter<fmt::string_view> {
    template <class Context>
    auto format(const keratin::Size2& size, Context& context) const {
        return fmt::formatter<fmt::string_view>::format(keratin::to_string(size), context);
    }
};
template <>
struct fmt::formatter<keratin::Padding> : fmt::formatter<fmt::string_view> {
    template <class Context>
    auto format(const keratin::Padding& padding, Context& context) const {
        return fmt::formatter<fmt::string_view>::format(keratin::to_string(padding), context);
    }
};
