#pragma once

#include <keratin/models/application.hpp>
#include <keratin/models/model.hpp>

namespace keratin::models {

/// AlexNet (Krizhevsky, Sutskever, Hinton 2012) as one tower: the convolutions of 96, 256, 384, 384 and 256
/// kernels see all channels, which the paper split between two GPUs, and there is no local response
/// normalization. Images (227, 227, 3) when no input_shape is given, at least 67x67; 62,378,344 parameters
/// for 1000 classes.
KERATIN_EXPORT Model alexnet(const ApplicationOptions& options = {});

}  // namespace keratin::models
