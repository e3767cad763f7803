#include "conformance/layers/families.hpp"
#include "support/check_layer.hpp"

#include <keratin/layers.hpp>

using namespace keratin;
using namespace keratin::layers;

namespace {

const char* const no_sequence = "input has shape (2, 5); (batch, steps, channels) is needed";
const char* const no_image = "input has shape (4, 4, 1); (batch, height, width, channels) is needed";

}  // namespace

conformance::LayerCases conformance::reshaping_layers() {
    return {
        {"Cropping1D",
         "cropping1d",
         {{"by default", [] { return Cropping1D(); }, {.input = {2, 5, 3}, .output = {2, 3, 3}}},
          {"uneven",
           [] {
               return Cropping1D({0, 2});
           },
           {.input = {2, 5, 3}, .output = {2, 3, 3}}}},
         {{[] {
               return Cropping1D({1, -1});
           },
           "cropping (1, -1) must not be negative"},
          {[] { return Cropping1D(); }, no_sequence, {2, 5}},
          {[] {
               return Cropping1D({2, 3});
           },
           "cropping (2, 3) leaves nothing of the 5 there are in input (2, 5, 1); use less",
           {2, 5, 1}}}},
        {"Cropping2D",
         "cropping2d",
         {{"by default", [] { return Cropping2D(); }, {.input = {2, 3, 4, 2}, .output = {2, 3, 4, 2}}},
          {"uneven",
           [] {
               return Cropping2D({0, 1}, {2, 0});
           },
           {.input = {2, 3, 4, 2}, .output = {2, 2, 2, 2}}}},
         {{[] {
               return Cropping2D({1, -1}, {0, 0});
           },
           "cropping ((1, -1), (0, 0)) must not be negative"},
          {[] { return Cropping2D(); }, no_image, {4, 4, 1}},
          {[] {
               return Cropping2D({2, 1});
           },
           "cropping (2, 2) leaves nothing of the 4 there are in input (1, 4, 4, 1); use less",
           {1, 4, 4, 1}}}},
        {"Flatten",
         "flatten",
         {{"of images", [] { return Flatten(); }, {.input = {2, 3, 2, 4}, .output = {2, 24}}},
          {"of numbers", [] { return Flatten(); }, {.input = {3}, .output = {3, 1}}}},
         {{[] { return Flatten(); }, "input is a scalar; (batch, ..) is needed", Shape{}},
          {[] {
               layer_from_config(Config::from_json(
                   R"({"class_name": "Flatten", "config": {"data_format": "channels_first"}})"));
           },
           "Flatten: its config has \"data_format\": \"channels_first\", keratin offers \"channels_last\" "
           "only"}}},
        {"Permute",
         "permute",
         {{"two axes",
           [] {
               return Permute({2, 1});
           },
           {.input = {2, 3, 4}, .output = {2, 4, 3}}},
          {"three axes",
           [] {
               return Permute({3, 1, 2});
           },
           {.input = {2, 3, 4, 2}, .output = {2, 2, 3, 4}}}},
         {{[] {
               return Permute({1, 3});
           },
           "dims (1, 3) must name every axis once, counted from 1"},
          {[] {
               return Permute({0, 1});
           },
           "dims (0, 1) must name every axis once, counted from 1"},
          {[] {
               return Permute({2, 1});
           },
           "input has shape (2, 3); dims (2, 1) are for the batch and 2 axes",
           {2, 3}}}},
        {"RepeatVector",
         "repeat_vector",
         {{"three times", [] { return RepeatVector(3); }, {.input = {2, 4}, .output = {2, 3, 4}}},
          {"once", [] { return RepeatVector(1); }, {.input = {3, 2}, .output = {3, 1, 2}}}},
         {{[] { return RepeatVector(0); }, "n is 0; it must be at least 1"},
          {[] { return RepeatVector(2); },
           "input has shape (2, 3, 1); (batch, features) is needed",
           {2, 3, 1}}}},
        {"Reshape",
         "reshape",
         {{"with all extents",
           [] {
               return Reshape({6, 4});
           },
           {.input = {2, 4, 3, 2}, .output = {2, 6, 4}}},
          {"with one extent open",
           [] {
               return Reshape({-1, 2});
           },
           {.input = {2, 4, 3, 2}, .output = {2, 12, 2}}}},
         {{[] {
               return Reshape({-1, -1});
           },
           "target_shape (None, None) leaves more than one extent open"},
          {[] { return Reshape({5}); },
           "input of shape (2, 6) has 6 elements per sample, target_shape (5,) holds 5",
           {2, 6}},
          {[] {
               return Reshape({-1, 4});
           },
           "input of shape (2, 6) has 6 elements per sample, target_shape (None, 4) holds a multiple of 4",
           {2, 6}},
          {[] {
               return Reshape({-1, 0});
           },
           "input of shape (2, 6) has 6 elements per sample, target_shape (None, 0) holds a multiple of 0",
           {2, 6}},
          {[] { return Reshape(Shape{}); }, "input is a scalar; (batch, ..) is needed", Shape{}}}},
        {"UpSampling1D",
         "up_sampling1d",
         {{"by default", [] { return UpSampling1D(); }, {.input = {2, 3, 2}, .output = {2, 6, 2}}},
          {"three times", [] { return UpSampling1D(3); }, {.input = {2, 2, 2}, .output = {2, 6, 2}}}},
         {{[] { return UpSampling1D(0); }, "size is 0; it must be at least 1"},
          {[] { return UpSampling1D(2); }, no_sequence, {2, 5}},
          {Type::shape,
           [] {
               UpSampling1D(INT64_MAX).compute_output_shape({1, 2, 3});
           },
           "up_sampling1d: 9223372036854775807 times input (1, 2, 3) is more than memory can hold; use "
           "less"}}},
        {"UpSampling2D",
         "up_sampling2d",
         {{"by default", [] { return UpSampling2D(); }, {.input = {2, 2, 3, 2}, .output = {2, 4, 6, 2}}},
          {"bilinear",
           [] {
               return UpSampling2D({2, 3}, {.interpolation = "bilinear"});
           },
           {.input = {2, 3, 2, 2}, .output = {2, 6, 6, 2}}}},
         {{[] {
               return UpSampling2D({0, 2});
           },
           "size is (0, 2); both sides must be at least 1"},
          {[] { return UpSampling2D(2); }, no_image, {4, 4, 1}},
          {[] { return UpSampling2D(2); },
           "input of shape (1, 0, 4, 1) has no pixels; height and width must be at least 1",
           {1, 0, 4, 1}},
          {[] {
               UpSampling2D::from_config(Config::object({{"interpolation", "bicubic"}}));
           },
           "UpSampling2D: \"interpolation\" in its config: {names}"}}},
        {"ZeroPadding1D",
         "zero_padding1d",
         {{"by default", [] { return ZeroPadding1D(); }, {.input = {2, 3, 2}, .output = {2, 5, 2}}},
          {"uneven",
           [] {
               return ZeroPadding1D({0, 2});
           },
           {.input = {2, 3, 2}, .output = {2, 5, 2}}}},
         {{[] { return ZeroPadding1D(-1); }, "padding (-1, -1) must not be negative"},
          {[] { return ZeroPadding1D(1); }, no_sequence, {2, 5}},
          {Type::shape,
           [] {
               ZeroPadding1D({INT64_MAX, 0}).compute_output_shape({1, 2, 3});
           },
           "zero_padding1d: padding (9223372036854775807, 0) of input (1, 2, 3) is more than memory can "
           "hold; "
           "use less"}}},
        {"ZeroPadding2D",
         "zero_padding2d",
         {{"by default", [] { return ZeroPadding2D(); }, {.input = {2, 3, 4, 2}, .output = {2, 5, 6, 2}}},
          {"uneven",
           [] {
               return ZeroPadding2D({1, 0}, {0, 2});
           },
           {.input = {2, 3, 4, 2}, .output = {2, 4, 6, 2}}}},
         {{[] {
               return ZeroPadding2D({1, -1}, {0, 2});
           },
           "padding ((1, -1), (0, 2)) must not be negative"},
          {[] { return ZeroPadding2D(1); }, no_image, {4, 4, 1}}}},
    };
}

TEST_CASE("Layers that reshape pass the conformance routine", "[layers][layer_conformance]") {
    conformance::check_layers(conformance::reshaping_layers());
}
