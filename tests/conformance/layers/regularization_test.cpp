#include "conformance/layers/families.hpp"
#include "support/check_layer.hpp"

#include <keratin/layers.hpp>

#include <cmath>

using namespace keratin;
using namespace keratin::layers;

namespace {

using conformance::Facts;
using conformance::Input;

Facts noisy(const Shape& shape) {
    return {.input = shape, .output = shape, .training_differs = true};
}

void without_arguments(const char* class_name) {
    layer_from_config(Config::object({{"class_name", class_name}}));
}

const char* const not_floating =
    "input is int32; cast() it to float32, or put a layers::Rescaling(1. / 255) before the layer";
const char* const other_noise =
    "noise_shape (1, 3) does not broadcast to the input's shape (2, 4); give 1 or the input's extent for "
    "each axis";

}  // namespace

conformance::LayerCases conformance::regularization_layers() {
    return {
        {"ActivityRegularization",
         "activity_regularization",
         {{"of both kinds",
           [] { return ActivityRegularization({.l1 = 0.001, .l2 = 0.002}); },
           {.input = {2, 3}, .output = {2, 3}}},
          {"by default", [] { return ActivityRegularization(); }, {.input = {2, 3, 2}, .output = {2, 3, 2}}}},
         {{[] { ActivityRegularization({.l1 = -1}); },
           "L1L2: l1 is -1; it must be a number that is not negative"},
          {[] { ActivityRegularization({.l2 = -1}); },
           "L1L2: l2 is -1; it must be a number that is not negative"}}},
        {"AlphaDropout",
         "alpha_dropout",
         {{"with a seed", [] { return AlphaDropout(0.2, {.seed = 3}); }, noisy({2, 3, 4})},
          {"with a noise shape",
           [] {
               return AlphaDropout(0.4, {.noise_shape = Shape{Shape::unknown, 1}, .seed = 5});
           },
           noisy({4, 3})}},
         {{[] { return AlphaDropout(1); }, "rate is 1; it must be within [0, 1)"},
          {Type::shape,
           [] {
               AlphaDropout(0.5, {.noise_shape = Shape{1, 3}, .name = "a"})(zeros({2, 4}),
                                                                            {.training = true});
           },
           std::string("a: ") + other_noise},
          {[] { return AlphaDropout(0.5); }, not_floating, Input({2}, int32)},
          {[] { without_arguments("AlphaDropout"); },
           "AlphaDropout: its config has no \"rate\", which must be given"}}},
        {"Dropout",
         "dropout",
         {{"with a seed", [] { return Dropout(0.4, {.seed = 1}); }, noisy({2, 3, 4, 2})},
          {"with a noise shape",
           [] {
               return Dropout(0.4, {.noise_shape = Shape{Shape::unknown, 1, 1, 2}, .seed = 3});
           },
           noisy({2, 3, 4, 2})}},
         {{[] { return Dropout(-0.1); }, "rate is -0.1; it must be within [0, 1]"},
          {[] { return Dropout(1.5); }, "rate is 1.5; it must be within [0, 1]"},
          {[] { return Dropout(std::nan("")); }, "rate is nan; it must be within [0, 1]"},
          {Type::shape,
           [] {
               Dropout(0.5, {.noise_shape = Shape{1, 3}, .name = "d"})(zeros({2, 4}), {.training = true});
           },
           std::string("d: ") + other_noise},
          {[] { without_arguments("Dropout"); },
           "Dropout: its config has no \"rate\", which must be given"}}},
        {"GaussianDropout",
         "gaussian_dropout",
         {{"with a seed", [] { return GaussianDropout(0.2, {.seed = 3}); }, noisy({2, 3, 4})},
          {"of rows", [] { return GaussianDropout(0.5, {.seed = 4}); }, noisy({3, 2})}},
         {{[] { return GaussianDropout(1); }, "rate is 1; it must be within [0, 1)"},
          {[] { return GaussianDropout(-0.1); }, "rate is -0.1; it must be within [0, 1)"},
          {[] { return GaussianDropout(0.5); }, not_floating, Input({2}, int32)},
          {[] { without_arguments("GaussianDropout"); },
           "GaussianDropout: its config has no \"rate\", which must be given"}}},
        {"GaussianNoise",
         "gaussian_noise",
         {{"with a seed", [] { return GaussianNoise(0.2, {.seed = 3}); }, noisy({2, 3, 4})},
          {"of rows", [] { return GaussianNoise(1, {.seed = 4}); }, noisy({3, 2})}},
         {{[] { return GaussianNoise(1.5); }, "stddev is 1.5; it must be within [0, 1]"},
          {[] { return GaussianNoise(-0.1); }, "stddev is -0.1; it must be within [0, 1]"},
          {[] { return GaussianNoise(0.5); }, not_floating, Input({2}, int32)},
          {[] { without_arguments("GaussianNoise"); },
           "GaussianNoise: its config has no \"stddev\", which must be given"}}},
        {"SpatialDropout1D",
         "spatial_dropout1d",
         {{"with a seed", [] { return SpatialDropout1D(0.4, {.seed = 2}); }, noisy({2, 3, 4})},
          {"of one step", [] { return SpatialDropout1D(0.5, {.seed = 3}); }, noisy({3, 1, 4})}},
         {{[] { return SpatialDropout1D(1.5); }, "rate is 1.5; it must be within [0, 1]"},
          {[] { return SpatialDropout1D(0.5); },
           "input has shape (2, 3); (batch, steps, channels) is needed",
           {2, 3}}}},
        {"SpatialDropout2D",
         "spatial_dropout2d",
         {{"with a seed", [] { return SpatialDropout2D(0.4, {.seed = 3}); }, noisy({2, 3, 2, 4})},
          {"of one pixel", [] { return SpatialDropout2D(0.5, {.seed = 5}); }, noisy({3, 1, 1, 4})}},
         {{[] { return SpatialDropout2D(0.5); },
           "input has shape (2, 3, 4); (batch, height, width, channels) is needed",
           {2, 3, 4}},
          {[] { return SpatialDropout2D(0.5); }, not_floating, Input({1, 2, 2, 1}, int32)}}},
    };
}

TEST_CASE("Layers that regularize pass the conformance routine", "[layers][layer_conformance]") {
    conformance::check_layers(conformance::regularization_layers());
}
