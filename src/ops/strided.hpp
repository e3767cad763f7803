#pragma once

#include <keratin/core/tensor.hpp>
#include <keratin/ops/shaping.hpp>

#include <array>
#include <vector>

/// Elements moved without being changed, by the width of an element instead of its type. Unrecorded.
namespace keratin::ops {

/// A choice of a dense tensor's elements: element (i, j, ...) of `shape` is number first + i * steps[0] +
/// j * steps[1] + ... Steps may be 0 or negative.
struct Strided {
    Shape shape;
    std::array<int64_t, Shape::max_rank> steps;
    int64_t first = 0;
};

/// Elements from one element of an axis to the next.
std::array<int64_t, Shape::max_rank> dense_steps(const Shape& shape);

/// What slice() chooses of a shape.
Strided sliced(const Shape& shape, const std::vector<Slice>& slices);

/// The chosen elements of x as a new tensor.
Tensor take(const Tensor& x, const Strided& chosen);
/// Writes x's elements to the chosen places of y, which has its dtype.
void put(const Tensor& x, Tensor& y, const Strided& chosen);

/// x repeated to a shape it broadcasts to.
Tensor repeat(const Tensor& x, const Shape& shape);

}  // namespace keratin::ops
