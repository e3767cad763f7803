#include <keratin/core/shape.hpp>

#include "core/short_list.hpp"

#include <keratin/core/error.hpp>

#include <algorithm>
#include <ostream>

namespace keratin {
namespace {

// Eight bytes an element still fit 63 bits.
constexpr int64_t max_elements = int64_t{1} << 60;

std::string join(std::span<const int64_t> extents) {
    std::string text = "(";
    for (size_t i = 0; i < extents.size(); ++i) {
        if (i > 0) text += ", ";
        text += extents[i] == Shape::unknown ? "None" : fmt::format("{}", extents[i]);
    }
    return text += extents.size() == 1 ? ",)" : ")";
}

void check_extents(std::span<const int64_t> extents) {
    if (extents.size() > Shape::max_rank)
        fail<ShapeError>("Shape: {} has rank {}; a shape has at most {} axes", join(extents), extents.size(),
                         Shape::max_rank);
    int64_t size = 1;  // empty and unknown axes left out, so that no partial product overflows either
    for (const int64_t extent : extents) {
        if (extent < Shape::unknown)
            fail<ShapeError>("Shape: extent {} of {} is negative; extents are 0 or more, or Shape::unknown",
                             extent, join(extents));
        if (extent > 0 && (__builtin_mul_overflow(size, extent, &size) || size > max_elements))
            fail<ShapeError>("Shape: {} has more elements than memory can hold; at most 2^60 are possible",
                             join(extents));
    }
}

}  // namespace

Shape::Shape(std::initializer_list<int64_t> extents)
    : Shape(std::span<const int64_t>(extents.begin(), extents.size())) {}

Shape::Shape(std::span<const int64_t> extents) : rank_(static_cast<int>(extents.size())) {
    check_extents(extents);
    std::copy(extents.begin(), extents.end(), extents_.begin());
}

int64_t Shape::size() const {
    int64_t size = 1;
    for (const int64_t extent : *this) {
        if (extent == unknown)
            fail<ShapeError>("Shape: {} has no size while an extent is unknown; replace None by a number",
                             *this);
        size *= extent;
    }
    return size;
}

int64_t Shape::operator[](int axis) const {
    return extents_[static_cast<size_t>(normalize_axis(axis, "Shape"))];
}

bool Shape::is_static() const {
    return std::find(begin(), end(), unknown) == end();
}

Shape Shape::with(int axis, int64_t extent) const {
    Shape result = *this;
    result.extents_[static_cast<size_t>(normalize_axis(axis, "Shape::with"))] = extent;
    check_extents(result.extents());
    return result;
}

Shape Shape::slice(int first, int last) const {
    const int from = first < 0 ? first + rank_ : first;
    const int to = last < 0 ? last + rank_ : last;
    if (from < 0 || to > rank_ || from > to)
        fail<ShapeError>("Shape::slice: [{}, {}) is no range of the {} axes of {}", first, last, rank_,
                         *this);
    return Shape(extents().subspan(static_cast<size_t>(from), static_cast<size_t>(to - from)));
}

Shape Shape::operator+(const Shape& other) const {
    ShortList<int64_t, 2 * max_rank> all(extents());
    for (const int64_t extent : other) all.push_back(extent);
    return Shape(std::span<const int64_t>(all));
}

int Shape::normalize_axis(int axis, const char* owner) const {
    if (rank_ == 0) fail<ShapeError>("{}: axis {} is outside shape (), which has no axes", owner, axis);
    if (axis < -rank_ || axis >= rank_)
        fail<ShapeError>("{}: axis {} is outside shape {}; use an axis from {} to {}", owner, axis, *this,
                         -rank_, rank_ - 1);
    return axis < 0 ? axis + rank_ : axis;
}

bool operator==(const Shape& a, const Shape& b) {
    return std::equal(a.begin(), a.end(), b.begin(), b.end());
}

std::string to_string(const Shape& shape) {
    return join(shape.extents());
}

std::ostream& operator<<(std::ostream& out, const Shape& shape) {
    return out << to_string(shape);
}

Shape broadcast(const Shape& a, const Shape& b, const char* owner) {
    const Shape& longer = a.rank() >= b.rank() ? a : b;
    const Shape& shorter = a.rank() >= b.rank() ? b : a;
    ShortList<int64_t> extents(longer.extents());
    int64_t* extent = extents.end() - shorter.rank();
    for (const int64_t other : shorter) {
        const bool takes_other = *extent == 1 || (*extent == Shape::unknown && other != 1);
        if (!takes_other && other != 1 && other != Shape::unknown && other != *extent)
            fail<ShapeError>(
                "{}: shapes {} and {} do not broadcast; aligned at the last axis, two extents must be equal "
                "or one of "
                "them 1",
                owner, a, b);
        if (takes_other) *extent = other;
        ++extent;
    }
    return Shape(std::span<const int64_t>(extents));
}

}  // namespace keratin
