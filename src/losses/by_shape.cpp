#include "losses/by_shape.hpp"

#include <keratin/losses/crossentropy.hpp>

namespace keratin::losses {
namespace {

const Loss& loss_of(const Tensor& y_true, const Tensor& y_pred) {
    static const BinaryCrossentropy binary;
    static const SparseCategoricalCrossentropy sparse;
    static const CategoricalCrossentropy categorical;
    if (!y_true.defined() || !y_pred.defined()) return categorical;
    switch (kind_of(y_true.shape(), y_pred.shape())) {
        case Kind::binary:
            return binary;
        case Kind::sparse:
            return sparse;
        case Kind::categorical:
            break;
    }
    return categorical;
}

}  // namespace

Kind kind_of(const Shape& y_true, const Shape& y_pred) {
    const auto ends_in_one = [](const Shape& shape) { return shape.rank() > 0 && shape.back() == 1; };
    if (ends_in_one(y_pred)) return Kind::binary;
    const bool sparse = y_true.rank() < y_pred.rank() || (ends_in_one(y_true) && y_pred.rank() > 0);
    return sparse ? Kind::sparse : Kind::categorical;
}

Tensor CrossentropyByShape::call(const Tensor& y_true, const Tensor& y_pred) const {
    return loss_of(y_true, y_pred).call(y_true, y_pred);
}

bool CrossentropyByShape::takes_logits(std::string_view activation) const {
    return activation == "softmax" || activation == "sigmoid";
}

Tensor CrossentropyByShape::call_on_logits(const Tensor& y_true, const Tensor& logits) const {
    return loss_of(y_true, logits).call_on_logits(y_true, logits);
}

}  // namespace keratin::losses
