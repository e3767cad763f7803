#include "support/catch.hpp"
#include "support/numbers.hpp"

#include <keratin/layers/conv2d.hpp>
#include <keratin/layers/registry.hpp>
#include <keratin/layers/zero_padding2d.hpp>
#include <keratin/ops/elementwise.hpp>
#include <keratin/ops/nn/conv.hpp>

using namespace keratin;
using layers::ZeroPadding2D;

TEST_CASE("ZeroPadding2D puts zeros around images", "[layers][zero_padding2d]") {
    const Tensor x = Tensor::from({1.f, 2.f}, {1, 1, 2, 1});
    const auto rows = [](const Tensor& y) { return to_string(y.view({y.shape()[1], y.shape()[2]})); };
    CHECK(rows(ZeroPadding2D(1)(x)) == "[[0. 0. 0. 0.]\n [0. 1. 2. 0.]\n [0. 0. 0. 0.]]");
    CHECK(rows(ZeroPadding2D({0, 1})(x)) == "[[0. 1. 2. 0.]]");  // (height, width), as Keras's (0, 1)
    CHECK(rows(ZeroPadding2D({1, 0}, {0, 2})(x)) == "[[0. 0. 0. 0.]\n [1. 2. 0. 0.]]");
    CHECK(ZeroPadding2D(0)(x).shape() == x.shape());
    CHECK(ZeroPadding2D()(zeros({1, 2, 2, 1}, uint8)).dtype() == uint8);
    CHECK(ZeroPadding2D(2).compute_output_shape({2, Shape::unknown, 3, 1}) == Shape{2, Shape::unknown, 7, 1});
}

TEST_CASE("ZeroPadding2D reads all that Keras takes as padding", "[layers][zero_padding2d]") {
    const auto padded = [](const char* padding) {
        const auto layer = layer_from_config(
            Config::object({{"class_name", "ZeroPadding2D"},
                            {"config", Config::object({{"padding", Config::from_json(padding)}})}}));
        return layer->get_config()["padding"].to_json();
    };
    CHECK(padded("null") == "[[1,1],[1,1]]");
    CHECK(padded("2") == "[[2,2],[2,2]]");
    CHECK(padded("[2, 3]") == "[[2,2],[3,3]]");
    CHECK(padded("[[1, 2], [3, 4]]") == "[[1,2],[3,4]]");
    CHECK(padded("[5, [3, 4]]") == "[[5,5],[3,4]]");
}

TEST_CASE("ZeroPadding2D before a valid convolution is explicit padding", "[layers][zero_padding2d]") {
    const Tensor x = numbers::distinct({2, 5, 4, 3}, 1, 1.0, float32);
    const layers::Conv2D conv(4, {.kernel_size = 3, .strides = 2, .use_bias = false});
    const Tensor y = conv(ZeroPadding2D({1, 1}, {2, 0})(x));
    const Tensor direct = nn::conv2d(x, conv.kernel, {.strides = 2, .padding = {{1, 1}, {2, 0}}});
    CHECK(numbers::difference(y, direct) < 1e-6);
}
