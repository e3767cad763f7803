#include "onnx/import/operand.hpp"

#include <keratin/ops/shaping.hpp>

#include <numeric>

namespace keratin::onnx {

Shape Operand::shape() const {
    if (is_constant()) return constant.shape();
    Shape shape = x.shape();
    for (size_t i = 0; i < order.size(); ++i) shape = shape.with(static_cast<int>(i), x.shape()[order[i]]);
    return shape;
}

Operand constant_value(Tensor tensor) {
    return {.constant = std::move(tensor)};
}

Operand shape_value(Tensor tensor, bool open) {
    Operand value = constant_value(std::move(tensor));
    if (!open) return value;
    value.open = value.dtype() == bool_ || value.dtype() == uint8;
    const Tensor wide = convert(value.constant, float64);
    for (const double one : wide.data<double>()) value.open = value.open || one == -1;
    return value;
}

Operand dynamic_value(KerasTensor x, Order order) {
    if (order.empty()) order = natural_order(x.rank());
    return {.x = std::move(x), .order = std::move(order)};
}

Order natural_order(int rank) {
    Order order(static_cast<size_t>(rank));
    std::iota(order.begin(), order.end(), 0);
    return order;
}

Order channels_last_order(int rank) {
    Order order = {0, rank - 1};
    for (int axis = 1; axis + 1 < rank; ++axis) order.push_back(axis);
    return order;
}

Order inverse(const Order& order) {
    Order back(order.size());
    for (size_t i = 0; i < order.size(); ++i) back[static_cast<size_t>(order[i])] = static_cast<int>(i);
    return back;
}

Tensor in_storage(const Tensor& constant, const Order& order) {
    const int rank = static_cast<int>(order.size());
    if (constant.rank() == 0 || constant.rank() > rank || order == natural_order(rank)) return constant;
    Shape wide = constant.shape();
    while (wide.rank() < rank) wide = Shape{1} + wide;
    return transpose(reshape(constant, wide), inverse(order));
}

}  // namespace keratin::onnx
