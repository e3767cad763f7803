#pragma once

#include <keratin/core/export.hpp>

#include <fmt/format.h>

#include <array>
#include <cstdint>
#include <initializer_list>
#include <iosfwd>
#include <span>
#include <string>
#include <vector>

namespace keratin {

/// Extents of a tensor, outermost first; prints as (1, 28, 28, 4), (4,) and (). Rank at most 8.
///
/// A static shape (compute_output_shape, Sequential::build) may hold `Shape::unknown`, printed None: a batch
/// size not known yet. The shape of a tensor never does.
class KERATIN_EXPORT Shape {
public:
    static constexpr int max_rank = 8;
    static constexpr int64_t unknown = -1;

    Shape() = default;  ///< a scalar's: ()
    /// Throws ShapeError above max_rank or for an extent below -1, or when the number of elements overflows.
    Shape(std::initializer_list<int64_t> extents);
    explicit Shape(std::span<const int64_t> extents);
    explicit Shape(const std::vector<int64_t>& extents) : Shape(std::span<const int64_t>(extents)) {}

    int rank() const { return rank_; }
    /// Product of the extents: 1 for a scalar. Shapes with unknown extents have no size (ShapeError).
    int64_t size() const;
    /// Extent of an axis; a negative axis counts from the end. Throws ShapeError outside the rank.
    int64_t operator[](int axis) const;
    int64_t back() const { return (*this)[-1]; }
    bool is_static() const;  ///< no extent is unknown

    const int64_t* begin() const { return extents_.data(); }
    const int64_t* end() const { return extents_.data() + rank_; }
    std::span<const int64_t> extents() const { return {begin(), end()}; }

    Shape with(int axis, int64_t extent) const;  ///< a copy with one extent replaced
    Shape slice(int first, int last) const;      ///< the extents [first, last); negative counts from the end
    Shape operator+(const Shape& other) const;   ///< concatenation of extents

    /// axis counted from the front; throws ShapeError naming `owner` when outside the rank.
    int normalize_axis(int axis, const char* owner) const;

    friend KERATIN_EXPORT bool operator==(const Shape& a, const Shape& b);

private:
    std::array<int64_t, max_rank> extents_{};
    int rank_ = 0;
};

KERATIN_EXPORT std::string to_string(const Shape& shape);
KERATIN_EXPORT std::ostream& operator<<(std::ostream& out, const Shape& shape);

/// The NumPy broadcast of two shapes; throws ShapeError naming `owner` and both when they do not fit.
KERATIN_EXPORT Shape broadcast(const Shape& a, const Shape& b, const char* owner);

}  // namespace keratin

template <>
struct fmt::formatter<keratin::Shape> : fmt::formatter<fmt::string_view> {
    template <class Context>
    auto format(const keratin::Shape& shape, Context& context) const {
        return fmt::formatter<fmt::string_view>::format(keratin::to_string(shape), context);
    }
};
