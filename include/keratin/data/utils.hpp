#pragma once

#include <keratin/core/dtype.hpp>
#include <keratin/core/export.hpp>
#include <keratin/core/scalar.hpp>
#include <keratin/core/tensor.hpp>
#include <keratin/core/word.hpp>

#include <array>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

/// Small helpers of keras.utils.
namespace keratin::utils {

/// Classes (...) or (..., 1) as rows of zeros with a one: float32 (..., num_classes), as many as the largest
/// class asks for by default. Throws ValueError for a class outside of [0, num_classes).
KERATIN_EXPORT Tensor to_categorical(const Tensor& x, std::optional<int64_t> num_classes = {});

/// x / norm along an axis, the norm of `order` >= 1, infinity as well; what has norm 0 stays. Integers become
/// float32. Throws ValueError for another order or axis.
KERATIN_EXPORT Tensor normalize(const Tensor& x, int axis = -1, double order = 2);

inline constexpr std::array<std::string_view, 2> sequence_side_words = {"pre", "post"};
using SequenceSide = Word<sequence_side_words>;

/// In Keras's order and with its defaults.
struct PadSequencesOptions {
    std::optional<int64_t> maxlen = {};  ///< the longest sequence's by default
    DType dtype = int32;
    SequenceSide padding = "pre";     ///< where `value` fills up
    SequenceSide truncating = "pre";  ///< where the steps above maxlen are cut off
    Scalar value = 0;
};

/// Sequences (steps, ...) of any length as one tensor (sequences, maxlen, ...). Throws ValueError without a
/// sequence or for a maxlen below 1, ShapeError when steps differ in shape.
KERATIN_EXPORT Tensor pad_sequences(std::span<const Tensor> sequences,
                                    const PadSequencesOptions& options = {});
KERATIN_EXPORT Tensor pad_sequences(const std::vector<std::vector<int64_t>>& sequences,
                                    const PadSequencesOptions& options = {});
template <Element T>
Tensor pad_sequences(const std::vector<std::vector<T>>& sequences, const PadSequencesOptions& options = {}) {
    std::vector<Tensor> tensors;
    for (const std::vector<T>& sequence : sequences) tensors.push_back(Tensor::from(sequence));
    return pad_sequences(tensors, options);
}

}  // namespace keratin::utils
