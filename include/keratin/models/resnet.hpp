#pragma once

#include <keratin/models/application.hpp>
#include <keratin/models/model.hpp>

namespace keratin::models {

/// ResNet50 (He, Zhang, Ren, Sun 2015; keras.applications.ResNet50): sixteen bottlenecks of three
/// convolutions with a shortcut around each. Images (224, 224, 3) when no input_shape is given, at least
/// 32x32; 25,636,712 parameters for 1000 classes.
KERATIN_EXPORT Model resnet50(const ApplicationOptions& options = {});

/// ResNet50V2 (He, Zhang, Ren, Sun 2016; keras.applications.ResNet50V2): the same with batch normalization
/// and ReLU before the convolutions. 25,613,800 parameters for 1000 classes.
KERATIN_EXPORT Model resnet50_v2(const ApplicationOptions& options = {});

struct ResNet20Options {
    int64_t n = 3;  ///< blocks in each of the three stages: 3 for 20 layers, 5 for 32, 7 for 44, 9 for 56
    bool include_top = true;
    std::string weights = {};  ///< a file for load_weights(); random when empty
    Shape input_shape = {32, 32, 3};
    FeaturePooling pooling = "none";  ///< when there is no top
    int64_t classes = 10;
    ActivationFunction classifier_activation = "softmax";
    std::string name = {};  ///< "resnet20", "resnet32", ... when not given
};

/// The residual network of 6 n + 2 layers for small images (He, Zhang, Ren, Sun 2015, section 4.2): a 3x3
/// convolution, then 2 n of them with 16, 32 and 64 kernels each, a shortcut around every two. Where the
/// image halves, the shortcut takes every other pixel and fills the new channels with zeros. Images of any
/// known size; 271,098 parameters for n = 3 and 10 classes, 269,722 of them trainable. Throws ValueError for
/// n below 1 and as ApplicationOptions says.
KERATIN_EXPORT Model resnet20(const ResNet20Options& options = {});

}  // namespace keratin::models
