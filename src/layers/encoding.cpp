#include "layers/encoding.hpp"

#include <keratin/ops/elementwise.hpp>
#include <keratin/ops/reduce.hpp>
#include <keratin/ops/shaping.hpp>

namespace keratin::layers {
namespace {

/// The axis of the numbers of one sample, as Keras has it.
int sample_axis(int rank) {
    return rank > 1 ? 1 : 0;
}

bool drops_last(const Shape& input) {
    return input.rank() > 1 && input.back() == 1;
}

}  // namespace

Tensor encoded(const Tensor& indices, std::string_view mode, int64_t depth, DType dtype,
               const Tensor& weights) {
    if (mode == "int") return cast(indices, dtype);
    const Tensor numbers = indices.rank() == 0 ? reshape(indices, {1}) : indices;
    if (mode == "one_hot") {
        const Tensor ones =
            one_hot(drops_last(numbers.shape()) ? squeeze(numbers, -1) : numbers, depth, dtype);
        return indices.rank() == 0 ? squeeze(ones, 0) : ones;
    }
    const int axis = sample_axis(numbers.rank());
    Tensor ones = one_hot(numbers, depth, weights.defined() ? dtype : float64);
    if (weights.defined()) return reduce_sum(ones * expand_dims(cast(weights, dtype), -1), axis);
    const Tensor counts = reduce_sum(ones, axis);
    return cast(mode == "multi_hot" ? minimum(counts, 1) : counts, dtype);
}

Shape encoded_shape(const Shape& input, std::string_view mode, int64_t depth) {
    if (mode == "int") return input;
    if (input.rank() == 0) return {depth};
    if (mode == "one_hot")
        return (drops_last(input) ? input.slice(0, input.rank() - 1) : input) + Shape{depth};
    const int axis = sample_axis(input.rank());
    return input.slice(0, axis) + input.slice(axis + 1, input.rank()) + Shape{depth};
}

}  // namespace keratin::layers
