#pragma once

#include <keratin/models/application.hpp>
#include <keratin/models/model.hpp>

namespace keratin::models {

/// VGG16 (Simonyan, Zisserman 2014; keras.applications.VGG16): thirteen 3x3 convolutions in five blocks, each
/// followed by a pooling by 2, then two dense layers of 4096 units and the classifier. Images (224, 224, 3)
/// when no input_shape is given, at least 32x32; 138,357,544 parameters, 553 MB of them, for 1000 classes.
KERATIN_EXPORT Model vgg16(const ApplicationOptions& options = {});

}  // namespace keratin::models
