#pragma once

#include <keratin/models/application.hpp>
#include <keratin/models/model.hpp>

namespace keratin::models {

/// Arguments of mobilenet(), in Keras's order and with Keras's defaults; see ApplicationOptions.
struct MobileNetOptions {
    std::optional<Shape> input_shape = {};
    double alpha = 1.0;            ///< factor of the numbers of channels
    int64_t depth_multiplier = 1;  ///< channels that a depthwise convolution makes of one
    double dropout = 0.001;        ///< before the classifier
    bool include_top = true;
    std::string weights = {};
    FeaturePooling pooling = "none";
    int64_t classes = 1000;
    ActivationFunction classifier_activation = "softmax";
    std::string name = {};  ///< "mobilenet_1.00_224", by alpha and the height, when not given
};

/// MobileNet (Howard and others 2017; keras.applications.MobileNet): a convolution, then thirteen pairs of a
/// 3x3 depthwise and a 1x1 convolution, each with batch normalization and ReLU6. Images (224, 224, 3) when no
/// input_shape is given, at least 32x32; 4,253,864 parameters for 1000 classes. Throws ValueError for an
/// alpha that leaves no channel and as ApplicationOptions says.
KERATIN_EXPORT Model mobilenet(const MobileNetOptions& options = {});

/// Arguments of mobilenet_v2(), in Keras's order and with Keras's defaults; see ApplicationOptions.
struct MobileNetV2Options {
    std::optional<Shape> input_shape = {};
    double alpha = 1.0;  ///< factor of the numbers of channels, which stay divisible by 8
    bool include_top = true;
    std::string weights = {};
    FeaturePooling pooling = "none";
    int64_t classes = 1000;
    ActivationFunction classifier_activation = "softmax";
    std::string name = {};  ///< "mobilenetv2_1.00_224", by alpha and the height, when not given
};

/// MobileNetV2 (Sandler and others 2018; keras.applications.MobileNetV2): seventeen blocks that widen by a
/// 1x1 convolution, go through a 3x3 depthwise one and narrow by a linear 1x1 one, with shortcuts between the
/// narrow ends. 3,538,984 parameters for 1000 classes. As mobilenet() else.
KERATIN_EXPORT Model mobilenet_v2(const MobileNetV2Options& options = {});

}  // namespace keratin::models
