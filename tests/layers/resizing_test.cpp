#include "support/catch.hpp"
#include "support/check_layer.hpp"

#include <keratin/layers/resizing.hpp>
#include <keratin/ops/shaping.hpp>

using namespace keratin;
using conformance::check_layer;
using layers::Resizing;

TEST_CASE("Resizing passes the conformance routine of every layer", "[layers][resizing]") {
    const conformance::Facts facts{.default_name = "resizing", .input = {2, 5, 4, 2}, .output = {2, 3, 7, 2}};
    check_layer<Resizing>([] { return Resizing(3, 7); }, facts);
    check_layer<Resizing>([] { return Resizing(3, 7, {.interpolation = "nearest"}); }, facts);
    check_layer<Resizing>([] { return Resizing(3, 7, {.crop_to_aspect_ratio = true}); }, facts);
    check_layer<Resizing>([] { return Resizing(3, 7, {.pad_to_aspect_ratio = true, .fill_value = 2}); },
                          facts);
}

TEST_CASE("Resizing to the same size changes nothing, twice the size nearest repeats", "[layers][resizing]") {
    const Tensor x = Tensor::from({1.f, 2.f, 3.f, 4.f}, {2, 2, 1});
    CHECK(conformance::same(Resizing(2, 2)(x), x));
    CHECK(to_string(reshape(Resizing(2, 4, {.interpolation = "nearest"})(x), {2, 4})) ==
          "[[1. 1. 2. 2.]\n [3. 3. 4. 4.]]");
}

TEST_CASE("Resizing leaves bytes bytes, rounded", "[layers][resizing]") {
    const Resizing layer(1, 4);
    const Tensor y = layer(convert(Tensor::from({0, 10}, {1, 2, 1}), uint8));
    CHECK(y.dtype() == uint8);
    CHECK(to_string(reshape(y, {4})) == "[ 0  2  8 10]");
    CHECK(layer.compute_output_dtype({uint8}) == uint8);
    CHECK(layer.compute_output_dtype({float64}) == float32);
}

TEST_CASE("Resizing says what it does not take", "[layers][resizing][errors]") {
    CHECK_THROWS_MATCHES(Resizing(3, 0, {.name = "r"}), ValueError,
                         Message("r: size is (3, 0); both sides must be at least 1"));
    CHECK_THROWS_MATCHES(
        Resizing(3, 3, {.crop_to_aspect_ratio = true, .pad_to_aspect_ratio = true, .name = "r"}), ValueError,
        Message("r: crop_to_aspect_ratio and pad_to_aspect_ratio are both true; choose one"));
    CHECK_THROWS_MATCHES(Resizing(1, 1, {.name = "r"})(zeros({2, 3})), ShapeError,
                         Message("r: input has shape (2, 3); (batch, height, width, channels), or one image "
                                 "without the batch, is needed"));
    const auto with = [](const char* key, Config value) {
        return layer_from_config(
            Config::object({{"class_name", "Resizing"},
                            {"config", Config::object({{"height", 2}, {"width", 2}, {key, value}})}}));
    };
    CHECK_THROWS_MATCHES(
        with("interpolation", "bicubic"), ValueError,
        Message("Resizing: \"interpolation\" in its config: \"bicubic\" is not accepted; use "
                "\"nearest\" or \"bilinear\""));
    CHECK_THROWS_MATCHES(with("antialias", true), ValueError,
                         Message("Resizing: its config has \"antialias\": true, keratin offers false only"));
}
