#pragma once

#include "layers/operations/call.hpp"

#include <cstdint>
#include <optional>
#include <vector>

/// What the shapes of operands, of which extents may be open, say of the shapes of results.
namespace keratin::operations {

inline constexpr int64_t open = Shape::unknown;

using Shapes = std::vector<Shape>;

/// One result; where no dtype is given it is that of the function on operands of one element.
struct Result {
    Shape shape;
    std::optional<DType> dtype = {};
};
using Results = std::vector<Result>;

/// Throws what the function would throw of these shapes. The call's operands may have one element each
/// instead of as many as the shapes say; constants are as they are.
using Rule = Results (*)(const Call& call, const Shapes& operands);

Results broadcasted_results(const Call& call, const Shapes& operands);
Results first_results(const Call& call, const Shapes& operands);  ///< the first operand's shape
/// One of the first operand's dtype, or of the floating one that it becomes.
Results first_dtype(const Call& call, const Shape& shape);
Results first_floating(const Call& call, const Shape& shape);

/// As broadcast(), where an open extent goes with any.
Shape broadcast_open(const Shape& a, const Shape& b, const std::string& owner);
/// The extent of two axes that must be equal; throws ShapeError.
int64_t common(const Call& call, int64_t a, int64_t b, const Shapes& operands);
/// Throws ShapeError unless an operand has one element, or may have.
void require_number(const Call& call, const Shape& operand);
/// The number of elements, or open.
int64_t elements(const Shape& shape);
/// Throws ShapeError beyond int64.
int64_t multiplied(const Call& call, int64_t a, int64_t b);
/// The axis of a shape, which for null is that of all its elements.
struct Along {
    Shape shape;
    int axis;

    Along(const Call& call, const Shape& x);
};

}  // namespace keratin::operations
