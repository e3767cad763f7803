#include "support/catch.hpp"

#include <keratin/layers/dense.hpp>
#include <keratin/layers/flatten.hpp>
#include <keratin/layers/input_layer.hpp>
#include <keratin/layers/registry.hpp>
#include <keratin/models/sequential.hpp>
#include <keratin/ops/elementwise.hpp>

using namespace keratin;
using layers::InputLayer;

namespace {

std::shared_ptr<Layer> from_json(const char* config) {
    return layer_from_config(
        Config::object({{"class_name", "InputLayer"}, {"config", Config::from_json(config)}}));
}

}  // namespace

TEST_CASE("InputLayer's shape begins with the batch", "[layers][input_layer]") {
    CHECK(InputLayer({28, 28, 1}).shape() == Shape{Shape::unknown, 28, 28, 1});
    CHECK(InputLayer({28, 28, 1}, {.batch_size = 8}).shape() == Shape{8, 28, 28, 1});
    CHECK(InputLayer({}).shape() == Shape{Shape::unknown});
}

TEST_CASE("InputLayer writes Keras's config and reads Keras 2's", "[layers][input_layer]") {
    const InputLayer layer({28, 28, 1}, {.batch_size = 8, .dtype = uint8, .name = "images"});
    CHECK(layer.get_config().to_json() ==
          R"({"batch_shape":[8,28,28,1],"dtype":"uint8","sparse":false,"ragged":false,"name":"images",)"
          R"("optional":false})");
    const auto older = from_json(
        R"({"batch_input_shape": [null, 28, 28, 1], "dtype": "float32", "sparse": false, "ragged": false,
            "name": "conv2d_input"})");
    CHECK(dynamic_cast<const InputLayer&>(*older).shape() == Shape{Shape::unknown, 28, 28, 1});
    CHECK(older->name() == "conv2d_input");
}

TEST_CASE("InputLayer hands its input on, of the dtype it says", "[layers][input_layer]") {
    const Tensor bytes = ones({2, 3}, uint8);
    CHECK(InputLayer({3}, {.dtype = uint8})(bytes).same_buffer(bytes));
    CHECK(InputLayer({Shape::unknown, 3})(zeros({2, 7, 3})).shape() == Shape{2, 7, 3});
}

TEST_CASE("InputLayer as the first layer makes a model's shapes known", "[layers][input_layer]") {
    clear_session();
    const Sequential model(InputLayer({4, 4, 1}), layers::Flatten(), layers::Dense(3));
    CHECK(model.built());
    REQUIRE(model.layers().size() == 2);  // it is not among them, as in Keras
    CHECK(model.get_layer<layers::Dense>("dense").kernel.shape() == Shape{16, 3});
    CHECK(model.get_layer("dense").variables()[0].path() == "sequential/dense/kernel");
}
