#include "support/golden.hpp"

#include "support/catch.hpp"
#include "support/numbers.hpp"

#include <keratin/autograd/tape.hpp>
#include <keratin/ops/elementwise.hpp>
#include <keratin/ops/nn/activation.hpp>
#include <keratin/ops/nn/conv.hpp>
#include <keratin/ops/nn/pool.hpp>

#include <map>
#include <string>
#include <vector>

using namespace keratin;
using nlohmann::json;

namespace {

Shape shape(const json& extents) {
    return Shape(extents.get<std::vector<int64_t>>());
}
Tensor tensor(const json& value) {
    return numbers::as(golden::values(value), shape(value.at("shape")),
                       dtype(value.at("dtype").get<std::string>()));
}
Size2 size(const json& value) {
    if (value.is_number()) return value.get<int64_t>();
    return {value[0].get<int64_t>(), value[1].get<int64_t>()};
}
Padding padding_of(const json& value) {
    if (value.is_string()) return padding(value.get<std::string>());
    const auto pair = [](const json& pads) {
        return PadPair{pads[0].get<int64_t>(), pads[1].get<int64_t>()};
    };
    return {pair(value[0]), pair(value[1])};
}

Tensor apply(const std::string& op, const json& args, const Tensor& x, const Tensor& filters) {
    const Padding pads = padding_of(args.at("padding"));
    const Size2 strides = size(args.at("strides"));
    if (op == "max_pool2d")
        return nn::max_pool2d(x, size(args.at("ksize")), {.strides = strides, .padding = pads});
    if (op == "avg_pool2d")
        return nn::avg_pool2d(x, size(args.at("ksize")), {.strides = strides, .padding = pads});
    nn::Conv2DOptions options{.strides = strides, .padding = pads};
    if (args.contains("dilations")) options.dilations = size(args.at("dilations"));
    if (op == "conv2d") return nn::conv2d(x, filters, options);
    if (op == "depthwise_conv2d") return nn::depthwise_conv2d(x, filters, options);
    REQUIRE(op == "conv2d_transpose");
    return nn::conv2d_transpose(x, filters, shape(args.at("output_shape")), options);
}

using Activation = Tensor (*)(const Tensor&);
const std::map<std::string, Activation> activations = {
    {"relu", [](const Tensor& x) { return nn::relu(x); }},
    {"relu6", nn::relu6},
    {"leaky_relu", [](const Tensor& x) { return nn::leaky_relu(x); }},
    {"softmax", [](const Tensor& x) { return nn::softmax(x); }},
    {"sigmoid", sigmoid},
    {"tanh", tanh},
    {"silu", nn::silu},
    {"hard_sigmoid", nn::hard_sigmoid},
    {"hard_silu", nn::hard_silu},
    {"elu", [](const Tensor& x) { return nn::elu(x); }},
    {"selu", nn::selu},
    {"gelu", [](const Tensor& x) { return nn::gelu(x); }},
    {"softplus", nn::softplus},
    {"softsign", nn::softsign},
    {"exponential", exp},
    {"log_softmax", [](const Tensor& x) { return nn::log_softmax(x); }},
    {"mish", nn::mish},
    {"log_sigmoid", nn::log_sigmoid},
};

}  // namespace

TEST_CASE("convolutions and pools agree with TensorFlow, and so do their gradients", "[ops][golden]") {
    int cases = 0;
    const json file = golden::load("ops.json");
    for (const json& c : file.at("cases")) {
        const Tensor x = tensor(c.at("input"));
        const Tensor filters = c.at("filters").is_null() ? Tensor() : tensor(c.at("filters"));
        GradientTape tape({.persistent = true});
        tape.watch(x);
        if (filters.defined()) tape.watch(filters);
        const Tensor y = apply(c.at("op").get<std::string>(), c.at("args"), x, filters);
        const GradientOptions upstream{.output_gradients = tensor(c.at("upstream"))};
        const json& gradients = c.at("gradients");
        INFO(c.at("name").get<std::string>());
        CHECK(numbers::difference(y, tensor(c.at("output"))) < 1e-5);
        CHECK(numbers::difference(tape.gradient(y, x, upstream), tensor(gradients.at("input"))) < 1e-5);
        if (filters.defined())
            CHECK(numbers::difference(tape.gradient(y, filters, upstream), tensor(gradients.at("filters"))) <
                  2e-5);
        ++cases;
    }
    CHECK(cases >= 50);
}

TEST_CASE("the activations agree with Keras, and so do their gradients, far out too", "[ops][golden]") {
    int cases = 0;
    const json file = golden::load("layers.json");
    for (const json& c : file.at("cases")) {
        if (c.at("layer") != "Activation" || c.at("args").at("activation") == "linear") continue;
        const Activation f = activations.at(c.at("args").at("activation").get<std::string>());
        const Tensor x = tensor(c.at("input"));
        GradientTape tape;
        tape.watch(x);
        const Tensor y = f(x);
        const Tensor dx = tape.gradient(y, x, {.output_gradients = tensor(c.at("upstream"))});
        INFO(c.at("name").get<std::string>());
        // TensorFlow keeps the slope of leaky_relu and the root in gelu as float32 whatever x is.
        const double tolerance = x.dtype() == float64 ? 1e-8 : 2e-6;
        CHECK(numbers::difference(y, tensor(c.at("output"))) < tolerance);
        CHECK(numbers::difference(dx, tensor(c.at("gradients").at("input"))) < tolerance);
        ++cases;
    }
    CHECK(cases >= 50);
}
