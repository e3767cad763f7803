#include "conformance/layers/families.hpp"
#include "support/check_layer.hpp"

#include <keratin/layers.hpp>

using namespace keratin;
using namespace keratin::layers;

namespace {

using conformance::Facts;
using conformance::LayerCases;

const char* const no_image =
    "input has shape (2, 3); (batch, height, width, channels), or one image without the batch, is needed";

Facts random(const Shape& input) {
    return {.input = input, .output = input, .training_differs = true};
}

const Facts pictures = random({2, 3, 4, 2});

void from_config(const char* class_name, const char* config) {
    layer_from_config(Config::object({{"class_name", class_name}, {"config", Config::from_json(config)}}));
}

LayerCases fixed() {
    return {
        {"CenterCrop",
         "center_crop",
         {{"smaller", [] { return CenterCrop(2, 3); }, {.input = {2, 5, 4, 2}, .output = {2, 2, 3, 2}}},
          {"taller than the image",
           [] { return CenterCrop(5, 3); },
           {.input = {2, 4, 4, 1}, .output = {2, 5, 3, 1}}}},
         {{[] { return CenterCrop(0, 3); }, "size is (0, 3); both sides must be at least 1"},
          {[] { return CenterCrop(1, 1); }, no_image, {2, 3}}}},
        {"Rescaling",
         "rescaling",
         {{"with an offset",
           [] { return Rescaling(1 / 127.5, {.offset = -1}); },
           {.input = {2, 3, 4, 1}, .output = {2, 3, 4, 1}}},
          {"by channel",
           [] {
               return Rescaling({0.5, 2.0}, {.offset = {1, -1}});
           },
           {.input = {2, 3, 2}, .output = {2, 3, 2}}}},
         {{[] {
               return Rescaling({1, 2});
           },
           "scale holds 2 numbers, input of shape (4, 3) has no axis of 2 channels at its end; give one "
           "number, or one per channel",
           {4, 3}},
          {[] {
               return Rescaling(1, {.offset = {1, 2}});
           },
           "offset holds 2 numbers, input of shape (2, 1) has no axis of 2 channels at its end; give one "
           "number, or one per channel",
           {2, 1}},
          {[] { from_config("Rescaling", "{}"); },
           "Rescaling: its config has no \"scale\", which must be given"}}},
        {"Resizing",
         "resizing",
         {{"by default", [] { return Resizing(3, 7); }, {.input = {2, 5, 4, 2}, .output = {2, 3, 7, 2}}},
          {"nearest",
           [] { return Resizing(3, 7, {.interpolation = "nearest"}); },
           {.input = {2, 5, 4, 2}, .output = {2, 3, 7, 2}}},
          {"cropped",
           [] { return Resizing(3, 7, {.crop_to_aspect_ratio = true}); },
           {.input = {2, 5, 4, 2}, .output = {2, 3, 7, 2}}},
          {"padded",
           [] { return Resizing(3, 7, {.pad_to_aspect_ratio = true, .fill_value = 2}); },
           {.input = {2, 5, 4, 2}, .output = {2, 3, 7, 2}}}},
         {{[] { return Resizing(3, 0); }, "size is (3, 0); both sides must be at least 1"},
          {[] { return Resizing(3, 3, {.crop_to_aspect_ratio = true, .pad_to_aspect_ratio = true}); },
           "crop_to_aspect_ratio and pad_to_aspect_ratio are both true; choose one"},
          {[] { return Resizing(1, 1); }, no_image, {2, 3}},
          {[] { from_config("Resizing", R"({"height": 2, "width": 2, "interpolation": "bicubic"})"); },
           "Resizing: \"interpolation\" in its config: \"bicubic\" is not accepted; use \"nearest\" or "
           "\"bilinear\""},
          {[] { from_config("Resizing", R"({"height": 2, "width": 2, "antialias": true})"); },
           "Resizing: its config has \"antialias\": true, keratin offers false only"}}},
    };
}

LayerCases moving() {
    return {
        {"RandomBrightness",
         "random_brightness",
         {{"both ways",
           [] {
               return RandomBrightness(0.2, {.value_range = {-2, 2}, .seed = 1});
           },
           pictures},
          {"brighter",
           [] {
               return RandomBrightness({0.05, 0.1}, {.value_range = {-2, 2}, .seed = 2});
           },
           pictures}},
         {{[] {
               return RandomBrightness(0.1, {.value_range = {1, 0}});
           },
           "value_range is [1, 0]; give the lower end first"},
          {[] { return RandomBrightness(0.1); }, no_image, {2, 3}}}},
        {"RandomContrast",
         "random_contrast",
         {{"of two bounds",
           [] {
               return RandomContrast({0.1, 0.3}, {.value_range = {-2, 2}, .seed = 3});
           },
           pictures},
          {"of one",
           [] {
               return RandomContrast(0.4, {.value_range = {-2, 2}, .seed = 4});
           },
           pictures}},
         {{[] { return RandomContrast(-0.5); },
           "factor is [-0.5]; give a number, or two for the bounds, within [0, 1]"},
          {[] { return RandomContrast(0.1); }, no_image, {2, 3}}}},
        {"RandomCrop",
         "random_crop",
         {{"of both sides",
           [] { return RandomCrop(2, 3, {.seed = 3}); },
           {.input = {2, 5, 6, 1}, .output = {2, 2, 3, 1}, .training_differs = true}},
          {"of other sides",
           [] { return RandomCrop(3, 2, {.seed = 5}); },
           {.input = {2, 5, 7, 2}, .output = {2, 3, 2, 2}, .training_differs = true}}},
         {{[] { return RandomCrop(3, -1); }, "size is (3, -1); both sides must be at least 1"},
          {[] { return RandomCrop(1, 1); }, no_image, {2, 3}}}},
        {"RandomFlip",
         "random_flip",
         {{"horizontal", [] { return RandomFlip("horizontal", {.seed = 3}); }, random({4, 2, 3, 2})},
          {"vertical", [] { return RandomFlip("vertical", {.seed = 3}); }, random({4, 2, 3, 2})},
          {"both", [] { return RandomFlip("horizontal_and_vertical", {.seed = 3}); }, random({4, 2, 3, 2})}},
         {{[] { return RandomFlip("vertical"); }, no_image, {2, 3}},
          {[] { from_config("RandomFlip", R"({"mode": "sideways"})"); },
           "RandomFlip: \"mode\" in its config: \"sideways\" is not accepted; use \"horizontal\", "
           "\"vertical\" or \"horizontal_and_vertical\""}}},
        {"RandomRotation",
         "random_rotation",
         {{"reflecting", [] { return RandomRotation(0.2, {.seed = 1}); }, pictures},
          {"filling", [] { return RandomRotation(0.2, {.fill_mode = "constant", .seed = 2}); }, pictures}},
         {{[] { return RandomRotation(1.5); },
           "factor is [1.5]; give a number, or two for the bounds, within [-1, 1]"},
          {[] { return RandomRotation(0.1); }, no_image, {2, 3}}}},
        {"RandomTranslation",
         "random_translation",
         {{"reflecting",
           [] {
               return RandomTranslation({0.1, 0.3}, 0.2, {.seed = 3});
           },
           pictures},
          {"filling",
           [] {
               return RandomTranslation({0.1, 0.3}, 0.2, {.fill_mode = "constant", .seed = 3});
           },
           pictures}},
         {{[] {
               return RandomTranslation(0.1, {0, 0.1, 0.2});
           },
           "width_factor is [0, 0.1, 0.2]; give a number, or two for the bounds, within [-1, 1]"},
          {[] { return RandomTranslation(0.1, 0.1); }, no_image, {2, 3}}}},
        {"RandomZoom",
         "random_zoom",
         {{"keeping the ratio",
           [] {
               return RandomZoom({-0.3, -0.1}, {.seed = 1});
           },
           pictures},
          {"of two factors, filling",
           [] {
               return RandomZoom(0.2, {.width_factor = {0.1, 0.3}, .fill_mode = "constant", .seed = 2});
           },
           pictures}},
         {{[] { return RandomZoom(-1); },
           "height_factor holds -1, which leaves nothing to see; give factors above -1"},
          {[] { return RandomZoom(0.1); }, no_image, {2, 3}}}},
    };
}

}  // namespace

conformance::LayerCases conformance::image_layers() {
    LayerCases all = fixed();
    for (LayerCase& layer : moving()) all.push_back(std::move(layer));
    return all;
}

TEST_CASE("Layers that prepare images pass the conformance routine", "[layers][layer_conformance]") {
    conformance::check_layers(conformance::image_layers());
}
