#pragma once

#include <keratin/core/tensor.hpp>
#include <keratin/layers/keras_tensor.hpp>

#include <vector>

namespace keratin::onnx {

using Ints = std::vector<int64_t>;
using Order = std::vector<int>;

/// A tensor of the graph that is being read: a constant, or what a layer makes.
struct Operand {
    Tensor constant = {};
    bool open = false;  ///< of a constant: it is a shape, in which -1 stands for an extent that is not known
    KerasTensor x = {};
    /// The axes of ONNX's are x's axes order[0], order[1], ...: transpositions are put off until a layer
    /// wants another order, and mostly none does.
    Order order = {};
    /// Of (batch, n): the extents (channels, rows, ..) of images that ONNX flattened; x has the channels
    /// last.
    Ints flattened = {};

    bool is_constant() const { return constant.defined(); }
    bool is_known() const { return is_constant() && !open; }  ///< with all its numbers
    int rank() const { return is_constant() ? constant.rank() : static_cast<int>(order.size()); }
    Shape shape() const;  ///< in ONNX's order
    DType dtype() const { return is_constant() ? constant.dtype() : x.dtype(); }
};

Operand constant_value(Tensor tensor);
/// What was made of a shape by moving its elements: open where an extent that is not known is among them.
Operand shape_value(Tensor tensor, bool open);
Operand dynamic_value(KerasTensor x, Order order = {});
Order natural_order(int rank);
/// Images and sequences as Keras has them: (0, 3, 1, 2), (0, 2, 1).
Order channels_last_order(int rank);
Order inverse(const Order& order);
/// A constant of ONNX's with the axes as a value of this order has them, so that it broadcasts.
Tensor in_storage(const Tensor& constant, const Order& order);

}  // namespace keratin::onnx
