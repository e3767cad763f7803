#include <keratin/ops/nn/cross_entropy.hpp>

#include "autograd/record.hpp"
#include "ops/check.hpp"
#include "ops/half.hpp"
#include "ops/nn/floating.hpp"
#include "ops/nn/softmax.hpp"

#include <keratin/autograd/tape.hpp>
#include <keratin/ops/elementwise.hpp>
#include <keratin/ops/nn/activation.hpp>
#include <keratin/ops/reduce.hpp>
#include <keratin/ops/shaping.hpp>

#include <string>

namespace keratin::nn {
namespace {

/// "labels[3, 1]": which label a flat position is.
std::string label_text(const Shape& shape, int64_t flat) {
    if (shape.rank() == 0) return "the label";
    std::string text;
    for (int axis = shape.rank() - 1; axis >= 0; --axis) {
        const std::string position = fmt::format("{}", flat % shape[axis]);
        text = text.empty() ? position : position + ", " + text;
        flat /= shape[axis];
    }
    return "labels[" + text + "]";
}

/// Labels as the kernels take them: int64, all within [0, classes).
Tensor checked_labels(const Tensor& labels, int64_t classes, const char* op) {
    if (labels.dtype() != int32 && labels.dtype() != int64 && labels.dtype() != uint8)
        fail<DTypeError>("{}: labels of shape {} are {}; int32, int64 or uint8 is needed, cast() them", op,
                         labels.shape(), labels.dtype());
    Tensor indices = labels.dtype() == int64 ? labels : convert(labels, int64);
    indices.set_node({});
    int64_t position = 0;
    for (const int64_t label : indices.data<int64_t>()) {
        if (label < 0 || label >= classes)
            fail<ValueError>("{}: {} is {}, but logits have {} classes; labels count from 0 to {}", op,
                             label_text(labels.shape(), position), label, classes, classes - 1);
        ++position;
    }
    return indices;
}

void require_classes(const Tensor& logits, const char* op) {
    if (logits.rank() == 0 || logits.shape().back() == 0)
        fail<ShapeError>("{}: logits have shape {}; a last axis of at least one class is needed", op,
                         logits.shape());
}

void require_same_shape(const Tensor& target, const Tensor& logits, const char* op) {
    if (target.shape() != logits.shape())
        fail<ShapeError>("{}: target has shape {}, logits {}; both must have the same", op, target.shape(),
                         logits.shape());
}

/// (softmax(logits) - one_hot(labels)) * dloss.
Tensor sparse_gradient(const Tensor& labels, const Tensor& logits, const Tensor& dloss) {
    const int64_t classes = logits.shape().back();
    Tensor dx = Tensor::empty(logits.shape(), logits.dtype());
    ops::with_floating(logits.dtype(), [&]<class T>() {
        kernels::kernels<T>().sparse_cross_entropy_gradient(
            context(), ops::read<T>(logits), labels.data<int64_t>().data(), ops::read<T>(dloss),
            ops::write<T>(dx), labels.size(), classes);
    });
    return record("sparse_softmax_cross_entropy_gradient", dx,
                  wrt(logits,
                      [logits, dloss](const Tensor& g) {
                          return softmax_gradient(softmax(logits), g * expand_dims(dloss, -1));
                      }),
                  wrt(dloss, [labels, logits, classes](const Tensor& g) {
                      return reduce_sum(g * (softmax(logits) - one_hot(labels, classes, logits.dtype())), -1);
                  }));
}

}  // namespace

Tensor sparse_softmax_cross_entropy_with_logits(const Tensor& labels, const Tensor& logits) {
    constexpr const char* op = "sparse_softmax_cross_entropy_with_logits";
    ops::require_defined(labels, "labels", op);
    require_floating(logits, "logits", op);
    require_classes(logits, op);
    const Shape samples = logits.shape().slice(0, logits.rank() - 1);
    const int64_t classes = logits.shape().back();
    if (labels.shape() != samples)
        fail<ShapeError>("{}: labels have shape {}, logits {}; give one label per row of logits, shape {}",
                         op, labels.shape(), logits.shape(), samples);
    const Tensor indices = checked_labels(labels, classes, op);
    if (is_half(logits.dtype()))
        return ops::in_float32(logits, [&](const Tensor& wide) {
            return sparse_softmax_cross_entropy_with_logits(indices, wide);
        });

    Tensor loss = Tensor::empty(samples, logits.dtype());
    ops::with_floating(logits.dtype(), [&]<class T>() {
        kernels::kernels<T>().sparse_cross_entropy(context(), ops::read<T>(logits),
                                                   indices.data<int64_t>().data(), ops::write<T>(loss),
                                                   indices.size(), classes);
    });
    return record(op, loss, wrt(logits, [indices, logits](const Tensor& dloss) {
                      return sparse_gradient(indices, logits, dloss);
                  }));
}

Tensor softmax_cross_entropy_with_logits(const Tensor& target, const Tensor& logits) {
    constexpr const char* op = "softmax_cross_entropy_with_logits";
    require_same_floating(target, "target", logits, "logits", op);
    require_classes(logits, op);
    require_same_shape(target, logits, op);
    return -reduce_sum(target * log_softmax(logits), -1);
}

Tensor sigmoid_cross_entropy_with_logits(const Tensor& target, const Tensor& logits) {
    constexpr const char* op = "sigmoid_cross_entropy_with_logits";
    require_same_floating(target, "target", logits, "logits", op);
    require_same_shape(target, logits, op);
    // Differentiated as a whole: its pieces have kinks at 0, their sum has none.
    Tensor loss = [&] {
        NoGradient pause;
        return maximum(logits, 0) - logits * target + log1p(exp(-abs(logits)));
    }();
    return record(
        op, loss, wrt(target, [logits](const Tensor& dloss) { return -(logits * dloss); }),
        wrt(logits, [target, logits](const Tensor& dloss) { return (sigmoid(logits) - target) * dloss; }));
}

}  // namespace keratin::nn
