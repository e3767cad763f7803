#include "layers/operations/rules.hpp"

#include <keratin/core/error.hpp>

#include <fmt/ranges.h>

#include <algorithm>

namespace keratin::operations {

Shape broadcast_open(const Shape& a, const Shape& b, const std::string& owner) {
    std::vector<int64_t> left, right;
    for (const auto& [shape, filled] : {std::pair(&a, &left), std::pair(&b, &right)}) {
        filled->assign(static_cast<size_t>(std::max(a.rank(), b.rank()) - shape->rank()), 1);
        filled->insert(filled->end(), shape->begin(), shape->end());
    }
    std::vector<size_t> left_open;
    for (size_t axis = 0; axis < left.size(); ++axis) {
        int64_t &x = left[axis], &y = right[axis];
        if (x != open && y != open) continue;
        if (x == 1 || y == 1 || x == y) left_open.push_back(axis);
        x = y = left_open.empty() || left_open.back() != axis ? std::max(x, y) : 1;
    }
    Shape shape = broadcast(Shape(left), Shape(right), owner.c_str());
    for (const size_t axis : left_open) shape = shape.with(static_cast<int>(axis), open);
    return shape;
}

Results broadcasted_results(const Call& call, const Shapes& operands) {
    Shape shape;
    for (size_t i = 0; i < operands.size(); ++i)
        if (call.has(i)) shape = broadcast_open(shape, operands[i], call.owner());
    return {{shape}};
}

Results first_results(const Call&, const Shapes& operands) {
    return {{operands.front()}};
}

Results first_dtype(const Call& call, const Shape& shape) {
    return {{shape, call.tensor(0).dtype()}};
}

Results first_floating(const Call& call, const Shape& shape) {
    const DType dtype = call.tensor(0).dtype();
    return {{shape, is_floating(dtype) ? dtype : float32}};
}

int64_t common(const Call& call, int64_t a, int64_t b, const Shapes& operands) {
    if (a != b && a != open && b != open)
        fail<ShapeError>("{}: operands of shapes {} differ where they meet: {} and {}", call.owner(),
                         fmt::join(operands, ", "), a, b);
    return std::max(a, b);
}

void require_number(const Call& call, const Shape& operand) {
    if (operand.is_static() && operand.size() != 1)
        fail<ShapeError>("{}: an operand of shape {} must be one number", call.owner(), operand);
}

int64_t elements(const Shape& shape) {
    if (std::count(shape.begin(), shape.end(), 0) > 0) return 0;
    return shape.is_static() ? shape.size() : open;
}

int64_t multiplied(const Call& call, int64_t a, int64_t b) {
    int64_t product = 0;
    if (a == open || b == open) return open;
    if (__builtin_mul_overflow(a, b, &product))
        fail<ShapeError>("{}: a result with {} * {} elements is too large", call.owner(), a, b);
    return product;
}

Along::Along(const Call& call, const Shape& x) {
    const std::optional<int> given = call.optional_axis();
    shape = given ? x : Shape{elements(x)};
    axis = shape.normalize_axis(given.value_or(0), call.owner().c_str());
}

}  // namespace keratin::operations
