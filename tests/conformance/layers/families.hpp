#pragma once

#include "support/layer_case.hpp"

/// The cases of every layer of the library, by family.
namespace conformance {

LayerCases activation_layers();
LayerCases attention_layers();
LayerCases core_layers();
LayerCases encoding_layers();
LayerCases image_convolution_layers();
LayerCases image_layers();
LayerCases merging_layers();
LayerCases model_layers();
LayerCases normalization_layers();
LayerCases pooling_layers();
LayerCases recurrent_layers();
LayerCases regularization_layers();
LayerCases reshaping_layers();
LayerCases sequence_convolution_layers();

}  // namespace conformance
