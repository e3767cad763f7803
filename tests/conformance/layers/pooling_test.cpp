#include "conformance/layers/families.hpp"
#include "support/check_layer.hpp"

#include <keratin/layers.hpp>

using namespace keratin::layers;

namespace {

using conformance::Input;
using conformance::LayerCase;

const char* const not_floating =
    "input is int32; cast() it to float32, or put a layers::Rescaling(1. / 255) before the layer";

template <class Pool>
LayerCase pooling_1d(const char* class_name, const char* default_name) {
    return {class_name,
            default_name,
            {{"by default", [] { return Pool(); }, {.input = {2, 5, 3}, .output = {2, 2, 3}}},
             {"overlapping, same",
              [] { return Pool(3, {.strides = 2, .padding = "same"}); },
              {.input = {2, 6, 2}, .output = {2, 3, 2}}}},
            {{[] { return Pool(0); }, "pool_size is 0; it must be at least 1"},
             {[] { return Pool(2, {.strides = 0}); }, "strides is 0; it must be at least 1"},
             {[] { return Pool(3); }, "input has shape (2, 5); (batch, steps, channels) is needed", {2, 5}},
             {[] { return Pool(3); },
              "input of shape (1, 0, 2) has no steps; there must be at least 1",
              {1, 0, 2}},
             {[] { return Pool(3); },
              "pool of 3 steps does not fit input (1, 2, 2); use padding \"same\" or a smaller pool_size",
              {1, 2, 2}},
             {[] { return Pool(); }, not_floating, Input({1, 4, 2}, keratin::int32)}}};
}

template <class Pool>
LayerCase pooling_2d(const char* class_name, const char* default_name, const std::string& op) {
    return {class_name,
            default_name,
            {{"by default", [] { return Pool(); }, {.input = {2, 5, 4, 3}, .output = {2, 2, 2, 3}}},
             {"overlapping, with padding",
              [] {
                  return Pool({3, 2}, {.strides = {{2, 1}}, .padding = "same"});
              },
              {.input = {2, 5, 4, 2}, .output = {2, 3, 4, 2}}}},
            {{[] {
                  return Pool({0, 2});
              },
              "pool_size is (0, 2); both sides must be at least 1"},
             {[] { return Pool(2, {.strides = -1}); }, "strides is (-1, -1); both sides must be at least 1"},
             {[] {
                  return Pool(2, {.padding = {{0, 0}, {0, 0}}});
              },
              "padding is ((0, 0), (0, 0)); a layer takes \"valid\" or \"same\": use \"valid\" after "
              "layers::ZeroPadding2D, or nn::conv2d"},
             {[] { return Pool(5); },
              "window (5, 5) does not fit input (1, 4, 4, 1) with padding \"valid\"; use padding \"same\" or "
              "a smaller pool_size",
              {1, 4, 4, 1}},
             {[] { return Pool(5); },
              "input has shape (4, 4); images of shape (batch, height, width, channels) are needed, use "
              "reshape() or expand_dims()",
              {4, 4}},
             {[] { return Pool(5); },
              op + ": input of shape (1, 8, 8, 1) is uint8; float32 or float64 is needed, cast() it",
              Input({1, 8, 8, 1}, keratin::uint8)}}};
}

template <class Pool>
LayerCase global_pooling_1d(const char* class_name, const char* default_name) {
    return {class_name,
            default_name,
            {{"by default", [] { return Pool(); }, {.input = {2, 5, 3}, .output = {2, 3}}},
             {"keeping the axis",
              [] { return Pool({.keepdims = true}); },
              {.input = {2, 4, 3}, .output = {2, 1, 3}}}},
            {{[] { return Pool(); }, "input has shape (2, 5); (batch, steps, channels) is needed", {2, 5}},
             {[] { return Pool(); },
              "input of shape (1, 0, 2) has no steps; there must be at least 1",
              {1, 0, 2}},
             {[] { return Pool(); }, not_floating, Input({1, 4, 2}, keratin::int32)}}};
}

template <class Pool>
LayerCase global_pooling_2d(const char* class_name, const char* default_name) {
    return {class_name,
            default_name,
            {{"by default", [] { return Pool(); }, {.input = {2, 3, 4, 5}, .output = {2, 5}}},
             {"keeping the axes",
              [] { return Pool({.keepdims = true}); },
              {.input = {2, 3, 4, 5}, .output = {2, 1, 1, 5}}}},
            {{[] { return Pool(); },
              "input has shape (3, 4); (batch, height, width, channels) is needed",
              {3, 4}},
             {[] { return Pool(); },
              "input of shape (2, 0, 4, 3) has no pixels; height and width must be at least 1",
              {2, 0, 4, 3}},
             {[] { return Pool(); }, not_floating, Input({1, 2, 2, 1}, keratin::int32)}}};
}

}  // namespace

conformance::LayerCases conformance::pooling_layers() {
    return {pooling_1d<AveragePooling1D>("AveragePooling1D", "average_pooling1d"),
            pooling_1d<MaxPooling1D>("MaxPooling1D", "max_pooling1d"),
            pooling_2d<AveragePooling2D>("AveragePooling2D", "average_pooling2d", "avg_pool2d"),
            pooling_2d<MaxPooling2D>("MaxPooling2D", "max_pooling2d", "max_pool2d"),
            global_pooling_1d<GlobalAveragePooling1D>("GlobalAveragePooling1D", "global_average_pooling1d"),
            global_pooling_1d<GlobalMaxPooling1D>("GlobalMaxPooling1D", "global_max_pooling1d"),
            global_pooling_2d<GlobalAveragePooling2D>("GlobalAveragePooling2D", "global_average_pooling2d"),
            global_pooling_2d<GlobalMaxPooling2D>("GlobalMaxPooling2D", "global_max_pooling2d")};
}

TEST_CASE("Pooling layers pass the conformance routine", "[layers][layer_conformance]") {
    conformance::check_layers(conformance::pooling_layers());
}
