#include "support/catch.hpp"
#include "support/numbers.hpp"

#include <keratin/autograd/tape.hpp>
#include <keratin/core/random.hpp>
#include <keratin/layers.hpp>
#include <keratin/models/sequential.hpp>
#include <keratin/ops/elementwise.hpp>
#include <keratin/ops/reduce.hpp>

using namespace keratin;

namespace {

/// Hands on what it was called with.
struct Spy : Layer {
    using Layer::Layer;
    explicit Spy(LayerOptions options) : Layer(std::move(options)) {}

    Tensor call(const Tensor& x) override {
        dtype_seen = x.dtype();
        training_seen = training();
        return x;
    }

    DType dtype_seen = bool_;
    bool training_seen = false;
};

}  // namespace

TEST_CASE("The layers of the lesson", "[layers]") {
    clear_session();
    const Tensor x = random::normal({1, 32, 32, 3}, {.seed = 1});
    layers::Conv2D layer(4, {.kernel_size = 5, .strides = 1, .padding = "valid"});
    CHECK(layer(x).shape() == Shape{1, 28, 28, 4});
    layers::Conv2D same(4, {.kernel_size = 5, .strides = 1, .padding = "same"});
    layers::Conv2D half(4, {.kernel_size = {5, 5}, .strides = 2, .padding = "same"});
    CHECK(same(x).shape() == Shape{1, 32, 32, 4});
    CHECK(half(x).shape() == Shape{1, 16, 16, 4});
    CHECK(half.call(x).shape() == Shape{1, 16, 16, 4});
    CHECK(half.kernel.shape() == Shape{5, 5, 3, 4});
    CHECK(fmt::format("{}", half.bias) ==
          "<Variable path=conv2d_2/bias, shape=(4,), dtype=float32, value=[0. 0. 0. 0.]>");

    GradientTape tape({.persistent = true});
    const Tensor loss = reduce_mean(square(layer(x)));
    CHECK(tape.gradient(loss, layer.kernel).shape() == Shape{5, 5, 3, 4});
    const auto grads = tape.gradient(loss, {layer.kernel, layer.bias});
    CHECK(grads[1].shape() == Shape{4});
}

TEST_CASE("A layer prints as its class, its name and whether it is built", "[layers]") {
    clear_session();
    const layers::Dense layer(2);
    CHECK(fmt::format("{}", layer) == "<Dense name=dense, built=False>");
    layer(zeros({1, 2}));
    std::ostringstream out;
    out << layer;
    CHECK(out.str() == "<Dense name=dense, built=True>");
}

TEST_CASE("A layer is built once, for the first shape it sees", "[layers]") {
    layers::Dense layer(2);
    CHECK_FALSE(layer.kernel.built());
    layer.build({Shape::unknown, 3});
    const Variable kernel = layer.kernel;
    const Tensor value = kernel.value();
    layer.build({7, 3});
    layer(zeros({2, 3}));
    CHECK(layer.kernel.same_as(kernel));
    CHECK(layer.kernel.value().same_buffer(value));
}

TEST_CASE("Floating inputs are cast to the layer's dtype, others come as they are", "[layers]") {
    const auto [layer_dtype, input, seen] = GENERATE(table<DType, DType, DType>({
        {float32, float32, float32},
        {float32, float64, float32},
        {float64, float32, float64},
        {float32, int32, int32},
        {float64, uint8, uint8},
        {float32, bool_, bool_},
    }));
    const Spy layer(LayerOptions{.dtype = layer_dtype});
    layer(zeros({2}, input));
    CHECK(layer.dtype_seen == seen);
}

TEST_CASE("The cast of an input is differentiable", "[layers]") {
    const layers::Dense layer(1, {.kernel_initializer = "ones", .dtype = float64});
    const Tensor x = ones({2, 3});
    GradientTape tape;
    tape.watch(x);
    const Tensor dx = tape.gradient(layer(x), x);
    CHECK(dx.dtype() == float32);
    CHECK(numbers::of(dx) == std::vector<double>(6, 1.0));
}

TEST_CASE("A layer computes in float32 or float64", "[layers][errors]") {
    CHECK_THROWS_MATCHES(layers::Dense(1, {.dtype = int32, .name = "d"}), DTypeError,
                         Message("d: dtype is int32; layers compute in floating dtypes"));
    CHECK_THROWS_MATCHES(layers::Dense(1, {.dtype = uint8}), DTypeError,
                         Message("Dense: dtype is uint8; layers compute in floating dtypes"));
}

TEST_CASE("training is what the call says, or the call around it, or false", "[layers]") {
    const Spy layer;
    const auto seen = [&](const Layer& called, const CallOptions& options) {
        called(ones({1, 1}), options);
        return layer.training_seen;
    };
    CHECK_FALSE(seen(layer, {}));
    CHECK(seen(layer, {.training = true}));
    Sequential model;
    model.add(layer);  // a copy: what it has seen is its own
    Spy& inner = model.get_layer<Spy>(0);
    model(ones({1, 1}), {.training = true});
    CHECK(inner.training_seen);
    model(ones({1, 1}));
    CHECK_FALSE(inner.training_seen);

    struct Fixed : Layer {
        Spy spy;
        Tensor call(const Tensor& x) override { return spy(x, {.training = false}); }
    };
    const Fixed fixed;
    fixed(ones({1}), {.training = true});
    CHECK_FALSE(fixed.spy.training_seen);
}

TEST_CASE("An undefined tensor neither goes in nor comes out", "[layers][errors]") {
    struct Void : Layer {
        Tensor call(const Tensor&) override { return {}; }
    };
    clear_session();
    CHECK_THROWS_MATCHES(layers::Flatten()(Tensor()), ValueError,
                         Message("flatten: the input is an undefined tensor; give it a value first, for "
                                 "instance by zeros(shape)"));
    CHECK_THROWS_MATCHES(Void()(zeros({1})), ValueError,
                         Message("void: call() returned an undefined tensor"));
}

TEST_CASE("Weights are read and set in the order of variables()", "[layers]") {
    layers::Dense layer(2, {.bias_initializer = "ones"});
    layer.build({1, 1});
    CHECK(layer.count_params() == 4);
    layer.set_weights({Tensor::from({1.f, 2.f}, {1, 2}), Tensor::from({3.0, 4.0})});  // converted
    CHECK(to_string(layer.kernel.value()) == "[[1. 2.]]");
    CHECK(to_string(layer.bias.value()) == "[3. 4.]");
    CHECK(layer.bias.dtype() == float32);
    const std::vector<Tensor> weights = layer.get_weights();
    layer.bias.assign(zeros({2}));
    CHECK(to_string(weights[1]) == "[3. 4.]");  // what was read stays
}

TEST_CASE("Weights that do not fit change nothing", "[layers][errors]") {
    clear_session();
    layers::Dense layer(2, {.kernel_initializer = "ones"});
    CHECK_THROWS_MATCHES(
        layer.set_weights({zeros({1})}), ValueError,
        Message("dense: set_weights got 1 tensors, the layer has 0 variables; build() it first"));
    CHECK_THROWS_MATCHES(
        layer.count_params(), ValueError,
        Message("dense: count_params needs a built layer; call it once, or build() it with a shape"));
    layer.build({1, 1});
    CHECK_THROWS_MATCHES(layer.set_weights({zeros({1, 2})}), ValueError,
                         Message("dense: set_weights got 1 tensors, the layer has 2 variables; give one for "
                                 "each of variables()"));
    CHECK_THROWS_MATCHES(layer.set_weights({zeros({1, 2}), zeros({3})}), ShapeError,
                         Message("dense: set_weights got shape (3,) for dense/bias, which has (2,); "
                                 "give that"));
    CHECK_THROWS_MATCHES(layer.set_weights({zeros({1, 2}), Tensor()}), ValueError,
                         Message("dense: set_weights got an undefined tensor for dense/bias; give one of "
                                 "shape (2,)"));
    CHECK(to_string(layer.kernel.value()) == "[[1. 1.]]");
}

TEST_CASE("A variable that is set before the build is kept, if it fits", "[layers]") {
    clear_session();
    layers::Dense layer(2, {.use_bias = false});
    layer.kernel = Variable(ones({3, 2}), {.name = "mine"});
    CHECK(to_string(layer(ones({1, 3}))) == "[[3. 3.]]");
    CHECK(layer.variables()[0].path() == "mine");

    layers::Dense other(2, {.use_bias = false});
    other.kernel = Variable(ones({4, 2}));
    CHECK_THROWS_MATCHES(other(ones({1, 3})), ShapeError,
                         Message("dense_1: kernel is set to (4, 2) (float32), the layer needs (3, 2) "
                                 "(float32) for this input"));
}

TEST_CASE("A variable that is replaced after the build counts", "[layers]") {
    layers::Dense layer(2, {.use_bias = false}), other(2, {.use_bias = false});
    layer.build({1, 3});
    other.build({1, 3});
    layer.kernel = other.kernel;  // two layers with one kernel
    REQUIRE(layer.variables().size() == 1);
    CHECK(layer.variables()[0].same_as(other.kernel));
    other.kernel.assign(ones({3, 2}));
    CHECK(to_string(layer(ones({1, 3}))) == "[[3. 3.]]");
}
