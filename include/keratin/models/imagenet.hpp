#pragma once

#include <keratin/core/export.hpp>
#include <keratin/core/tensor.hpp>
#include <keratin/core/word.hpp>

#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace keratin::models {

inline constexpr std::array<std::string_view, 3> preprocess_words = {"caffe", "tf", "torch"};
using PreprocessMode = Word<preprocess_words>;

/// Images (.., 3) with numbers from 0 to 255 as networks trained on ImageNet want them
/// (keras.applications.imagenet_utils.preprocess_input): "caffe" for VGG16 and ResNet50, from RGB to BGR less
/// the mean colour; "tf" for ResNet50V2 and MobileNets, from -1 to 1; "torch", less the mean colour in units
/// of the standard deviation. Integers become float32. Throws ShapeError for another number of channels.
KERATIN_EXPORT Tensor preprocess_input(const Tensor& images, PreprocessMode mode = "caffe");

struct Prediction {
    int64_t index;     ///< of the class
    std::string name;  ///< of the class
    double score;
};

/// The best classes of each row of predictions (n, classes), the best first
/// (keras.applications.imagenet_utils.decode_predictions, which knows ImageNet's names by itself). Throws
/// ShapeError for another shape, ValueError when there is not one name for each class or top is below 1.
KERATIN_EXPORT std::vector<std::vector<Prediction>> decode_predictions(const Tensor& predictions,
                                                                       const std::vector<std::string>& names,
                                                                       int64_t top = 5);

}  // namespace keratin::models
