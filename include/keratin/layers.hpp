#pragma once

/// All layers.
#include <keratin/layers/activation.hpp>
#include <keratin/layers/average_pooling2d.hpp>
#include <keratin/layers/batch_normalization.hpp>
#include <keratin/layers/concatenate.hpp>
#include <keratin/layers/conv2d.hpp>
#include <keratin/layers/dense.hpp>
#include <keratin/layers/dropout.hpp>
#include <keratin/layers/flatten.hpp>
#include <keratin/layers/global_average_pooling2d.hpp>
#include <keratin/layers/global_max_pooling2d.hpp>
#include <keratin/layers/identity.hpp>
#include <keratin/layers/input_layer.hpp>
#include <keratin/layers/keras_tensor.hpp>
#include <keratin/layers/layer.hpp>
#include <keratin/layers/leaky_relu.hpp>
#include <keratin/layers/max_pooling2d.hpp>
#include <keratin/layers/merging.hpp>
#include <keratin/layers/registry.hpp>
#include <keratin/layers/relu.hpp>
#include <keratin/layers/rescaling.hpp>
#include <keratin/layers/reshape.hpp>
#include <keratin/layers/softmax.hpp>
#include <keratin/layers/zero_padding2d.hpp>
