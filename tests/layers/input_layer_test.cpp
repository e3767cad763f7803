#include "support/catch.hpp"
#include "support/check_layer.hpp"

#include <keratin/layers/input_layer.hpp>

using namespace keratin;
using conformance::check_layer;
using layers::InputLayer;

namespace {

std::shared_ptr<Layer> from_json(const char* config) {
    return layer_from_config(
        Config::object({{"class_name", "InputLayer"}, {"config", Config::from_json(config)}}));
}

}  // namespace

TEST_CASE("InputLayer passes the conformance routine of every layer", "[layers][input_layer]") {
    check_layer<InputLayer>(
        [] {
            return InputLayer({4, 3, 1});
        },
        {.default_name = "input_layer", .input = {2, 4, 3, 1}, .output = {2, 4, 3, 1}});
}

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

TEST_CASE("InputLayer says which inputs do not fit", "[layers][input_layer][errors]") {
    const auto check = [](const InputLayer& layer, const Shape& input, const char* text) {
        CHECK_THROWS_MATCHES(layer(zeros(input)), ShapeError, Message(text));
        CHECK_THROWS_MATCHES(layer.compute_output_shape(input), ShapeError, Message(text));
    };
    const layers::InputLayerOptions two{.batch_size = 2, .name = "i"};
    check(InputLayer({3, 3}, {.name = "i"}), {3, 3},
          "i: input has shape (3, 3), the model was made for (None, 3, 3); reshape() the input");
    check(InputLayer({3, 3}, {.name = "i"}), {5, 3, 4},
          "i: input has shape (5, 3, 4), the model was made for (None, 3, 3); reshape() the input");
    check(InputLayer({3}, two), {1, 3},
          "i: input has shape (1, 3), the model was made for (2, 3); reshape() the input");
    CHECK_THROWS_MATCHES(InputLayer({3}, {.batch_size = -1, .name = "i"}), ValueError,
                         Message("i: batch_size is -1; it must not be negative"));
}

TEST_CASE("InputLayer says what a config lacks or asks too much", "[layers][input_layer][errors]") {
    CHECK_THROWS_MATCHES(from_json("{}"), ValueError,
                         Message("InputLayer: its config has no \"batch_shape\", which must be given"));
    CHECK_THROWS_MATCHES(from_json(R"({"batch_shape": []})"), ValueError,
                         Message("InputLayer: batch_shape is (); it must begin with the batch"));
    CHECK_THROWS_MATCHES(from_json(R"({"batch_shape": [null, 3], "ragged": true})"), ValueError,
                         Message("InputLayer: its config has \"ragged\": true, keratin offers false only"));
}
