#pragma once

#include <keratin/core/shape.hpp>
#include <keratin/core/word.hpp>
#include <keratin/ops/nn/activation_function.hpp>

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace keratin::models {

inline constexpr std::array<std::string_view, 3> feature_pooling_words = {"none", "avg", "max"};
using FeaturePooling = Word<feature_pooling_words>;

/// What the named networks take, as those of keras.applications do. Each throws ValueError for an input_shape
/// that is not (height, width, channels), is smaller than the network can take, or is not all known while
/// include_top; and for a classifier_activation other than softmax or linear with weights.
struct ApplicationOptions {
    bool include_top = true;   ///< with the layers that classify
    std::string weights = {};  ///< a file for load_weights(); random when empty
    std::optional<Shape> input_shape =
        {};                           ///< without the batch; sides of any size when not given and no top
    FeaturePooling pooling = "none";  ///< what becomes of the feature maps when there is no top
    int64_t classes = 1000;
    ActivationFunction classifier_activation = "softmax";
    std::string name = {};  ///< the network's own when not given
};

}  // namespace keratin::models
