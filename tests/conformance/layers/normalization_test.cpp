#include "conformance/layers/families.hpp"
#include "support/check_layer.hpp"

#include <keratin/layers.hpp>

using namespace keratin;
using namespace keratin::layers;

namespace {

using conformance::Facts;
using conformance::Input;
using conformance::Weight;

const char* const not_floating =
    "input is int32; cast() it to float32, or put a layers::Rescaling(1. / 255) before the layer";

/// One shape goes in and comes out.
Facts facts(const Shape& shape, std::vector<Weight> weights, bool training_differs = false) {
    return {
        .input = shape, .output = shape, .weights = std::move(weights), .training_differs = training_differs};
}

const Weight mean = {"moving_mean", {3}, false}, variance = {"moving_variance", {3}, false};

const Tensor two = Tensor::from({1.0, 2.0});

}  // namespace

conformance::LayerCases conformance::normalization_layers() {
    return {
        {"BatchNormalization",
         "batch_normalization",
         {{"by default", [] { return BatchNormalization({.momentum = 0.9}); },
           facts({3, 2, 2, 3}, {{"gamma", {3}}, {"beta", {3}}, mean, variance}, true)},
          {"along another axis", [] { return BatchNormalization({.axis = 1}); },
           facts({4, 3, 2}, {{"gamma", {3}}, {"beta", {3}}, mean, variance}, true)},
          {"without gamma", [] { return BatchNormalization({.scale = false}); },
           facts({3, 2, 2, 3}, {{"beta", {3}}, mean, variance}, true)},
          {"without beta, on rows", [] { return BatchNormalization({.center = false}); },
           facts({5, 3}, {{"gamma", {3}}, mean, variance}, true)}},
         {{[] { return BatchNormalization({.momentum = 1.5}); }, "momentum is 1.5; it must be within [0, 1]"},
          {[] { return BatchNormalization({.epsilon = 0}); }, "epsilon is 0; it must be positive"},
          {[] { return BatchNormalization(); }, "input has shape (3,); (batch, .., channels) is needed", {3}},
          {[] { return BatchNormalization({.axis = 2}); },
           "axis 2 is outside shape (3, 4); use an axis from -2 to 1",
           {3, 4}},
          {[] { return BatchNormalization(); },
           "input of shape (2, 4) has 4 channels on axis -1, the layer was built for 3; give an input with 3 "
           "there",
           {2, 4},
           {2, 3}},
          {[] { return BatchNormalization(); }, not_floating, Input({2, 3}, int32)},
          {Type::shape,
           [] {
               BatchNormalization({.name = "b"}).build({2, Shape::unknown});
           },
           "b: gamma would have shape (None,); the input's axes other than the batch must be known"}}},
        {"GroupNormalization",
         "group_normalization",
         {{"with two groups", [] { return GroupNormalization({.groups = 2}); },
           facts({3, 2, 3, 4}, {{"gamma", {4}}, {"beta", {4}}})},
          {"each channel a group, without beta",
           [] { return GroupNormalization({.groups = -1, .center = false}); },
           facts({3, 2, 3, 4}, {{"gamma", {4}}})},
          {"along another axis, without gamma",
           [] { return GroupNormalization({.groups = 1, .axis = 1, .scale = false}); },
           facts({3, 2, 3, 4}, {{"beta", {2}}})}},
         {{[] { return GroupNormalization({.groups = 0}); },
           "groups is 0; it must be positive, or -1 for a group of each channel"},
          {[] { return GroupNormalization({.groups = 4}); },
           "input of shape (2, 6) has 6 channels, which do not divide into 4 groups; choose groups that they "
           "divide into",
           {2, 6}},
          {[] { return GroupNormalization(); }, "input has shape (6,); (batch, .., channels) is needed", {6}},
          {[] { return GroupNormalization({.axis = 0}); },
           "axis 0 of input (2, 6) is the batch; name the axis of the channels",
           {2, 6}}}},
        {"LayerNormalization",
         "layer_normalization",
         {{"by default", [] { return LayerNormalization(); },
           facts({3, 2, 3, 4}, {{"gamma", {4}}, {"beta", {4}}})},
          {"over several axes, without beta",
           [] {
               return LayerNormalization({.axis = {3, 1}, .center = false});
           },
           facts({3, 2, 3, 4}, {{"gamma", {2, 4}}})},
          {"without gamma", [] { return LayerNormalization({.axis = -2, .scale = false}); },
           facts({3, 2, 3, 4}, {{"beta", {3}}})}},
         {{[] { return LayerNormalization({.epsilon = 0}); }, "epsilon is 0; it must be positive"},
          {[] { return LayerNormalization({.axis = std::vector<int>{}}); },
           "axis is empty; name at least one axis"},
          {[] {
               return LayerNormalization({.axis = {1, -1}});
           },
           "axis names axis 1 of input (2, 3) twice; name each once",
           {2, 3}},
          {[] { return LayerNormalization({.axis = 2}); },
           "axis 2 is outside shape (2, 3); use an axis from -2 to 1",
           {2, 3}},
          {[] { return LayerNormalization(); },
           "input of shape (2, 4) has extents (4,) along its axes, the layer was built for (3,); give an "
           "input with those",
           {2, 4},
           {2, 3}},
          {[] { return LayerNormalization(); }, not_floating, Input({2, 3}, int32)},
          {Type::shape,
           [] {
               LayerNormalization().build({2, Shape::unknown});
           },
           "layer_normalization: gamma would have shape (None,); the input's axes other than the batch must "
           "be known"}}},
        {"Normalization",
         "normalization",
         {{"by default", [] { return Normalization(); },
           facts({3, 2, 4}, {{"mean", {4}, false}, {"variance", {4}, false}, {"count", {}, false, int64}})},
          {"along two axes, inverted",
           [] {
               return Normalization({.axis = {1, 2}, .invert = true});
           },
           facts({3, 2, 4},
                 {{"mean", {2, 4}, false}, {"variance", {2, 4}, false}, {"count", {}, false, int64}})},
          {"with mean and variance given",
           [] {
               return Normalization({.mean = Tensor::from({0.25, 0.5, 0.0, 1.0}),
                                     .variance = Tensor::from({1.0, 4.0, 2.0, 0.5})});
           },
           facts({3, 2, 4}, {})}},
         {{[] { return Normalization({.mean = two}); },
           "only mean is given; give mean and variance, or neither and call adapt()"},
          {Type::shape, [] { return Normalization({.mean = two, .variance = ones({3})}); },
           "mean has shape (2,), variance (3,); give both the same"},
          {[] { return Normalization({.mean = two, .variance = two}); },
           "mean has shape (2,), which does not fit extents (3,) of input (4, 3) along its axes; give 1 or "
           "the input's extent for each",
           {4, 3}},
          {[] {
               Normalization({.mean = two, .variance = two, .name = "n"}).adapt(zeros({4, 2}));
           },
           "n: mean and variance were given, there is nothing to adapt; leave them out"},
          {[] {
               Normalization({.name = "n"}).adapt(zeros({0, 2}));
           },
           "n: adapt() got no data; give it at least one sample"}}},
        {"RMSNormalization",
         "rms_normalization",
         {{"by default", [] { return RMSNormalization(); }, facts({3, 2, 4}, {{"scale", {4}}})},
          {"over several axes",
           [] {
               return RMSNormalization({.axis = {1, 2}, .epsilon = 1e-3});
           },
           facts({3, 2, 4}, {{"scale", {2, 4}}})},
          {"along another axis than the last", [] { return RMSNormalization({.axis = 1}); },
           facts({3, 2, 4}, {{"scale", {2}}})}},
         {{[] { return RMSNormalization({.epsilon = -1}); }, "epsilon is -1; it must be positive"},
          {[] { return RMSNormalization({.axis = -3}); },
           "axis -3 is outside shape (2, 3); use an axis from -2 to 1",
           {2, 3}},
          {[] { return RMSNormalization(); },
           "input of shape (2, 4) has extents (4,) along its axes, the layer was built for (3,); give an "
           "input with those",
           {2, 4},
           {2, 3}}}},
        {"UnitNormalization",
         "unit_normalization",
         {{"by default", [] { return UnitNormalization(); }, facts({3, 2, 4}, {})},
          {"along another axis", [] { return UnitNormalization({.axis = 1}); }, facts({3, 2, 4}, {})},
          {"over two axes",
           [] {
               return UnitNormalization({.axis = {1, 2}});
           },
           facts({3, 2, 4}, {})}},
         {{[] {
               return UnitNormalization({.axis = {0, 0}});
           },
           "axis names axis 0 of input (2, 3) twice; name each once",
           {2, 3}},
          {[] { return UnitNormalization({.axis = 2}); },
           "axis 2 is outside shape (2, 3); use an axis from -2 to 1",
           {2, 3}},
          {[] { return UnitNormalization(); }, not_floating, Input({2, 3}, int32)}}},
    };
}

TEST_CASE("Layers that normalize pass the conformance routine", "[layers][layer_conformance]") {
    conformance::check_layers(conformance::normalization_layers());
}
