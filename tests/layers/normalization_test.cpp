#include "support/catch.hpp"
#include "support/check_layer.hpp"

#include <keratin/layers/normalization.hpp>

using namespace keratin;
using conformance::check_layer;
using layers::Normalization;

TEST_CASE("Normalization passes the conformance routine of every layer", "[layers][normalization]") {
    conformance::Facts facts{.default_name = "normalization", .input = {3, 2, 4}, .output = {3, 2, 4}};
    SECTION("by default") {
        facts.weights = {{"mean", {4}, false}, {"variance", {4}, false}, {"count", {}, false, int64}};
        check_layer<Normalization>([] { return Normalization(); }, facts);
    }
    SECTION("along two axes, inverted") {
        facts.weights = {{"mean", {2, 4}, false}, {"variance", {2, 4}, false}, {"count", {}, false, int64}};
        check_layer<Normalization>([] { return Normalization({.axis = {1, 2}, .invert = true}); }, facts);
    }
    SECTION("with mean and variance given") {
        const Tensor mean = Tensor::from({0.25, 0.5, 0.0, 1.0}),
                     variance = Tensor::from({1.0, 4.0, 2.0, 0.5});
        check_layer<Normalization>([&] { return Normalization({.mean = mean, .variance = variance}); },
                                   facts);
    }
}

TEST_CASE("Normalization adapts to data, which comes out with mean 0 and variance 1",
          "[layers][normalization]") {
    const Tensor x = numbers::distinct({6, 5, 3}, 1, 4.0) + 20;
    Normalization layer({.dtype = float64});
    const Layer& copy = layer;
    layer.adapt(x);
    const Tensor y = copy(x);
    CHECK(numbers::difference(reduce_mean(y, {0, 1}), zeros({3}, float64)) < 1e-12);
    CHECK(numbers::difference(reduce_variance(y, {0, 1}), ones({3}, float64)) < 1e-12);
    Normalization back({.invert = true, .dtype = float64});
    back.adapt(x);
    CHECK(numbers::difference(back(y), x) < 1e-12);
    layer.adapt(x * 2);
    CHECK(numbers::difference(layer.mean.value(), reduce_mean(x * 2, {0, 1})) < 1e-12);
}

TEST_CASE("Normalization takes bytes, and one mean for all", "[layers][normalization]") {
    Normalization layer({.axis = std::vector<int>{}});
    layer.adapt(arange(0, 256, 1, uint8));
    CHECK(layer.mean.value().item<double>() == 127.5);
    CHECK(layer.mean.shape() == Shape{});
    CHECK(to_string(Normalization(
              {.axis = std::vector<int>{}, .mean = Tensor::scalar(1), .variance = Tensor::scalar(4)})(
              Tensor::from({3.f, -1.f}))) == "[ 1. -1.]");
}

TEST_CASE("Normalization keeps its statistics with a Sequential's weights", "[layers][normalization]") {
    auto layer = std::make_shared<Normalization>();
    layer->adapt(numbers::distinct({6, 3}, 1));
    const std::shared_ptr<Layer> clone = layer->clone();
    clone->build({6, 3});
    clone->set_weights(layer->get_weights());
    const Tensor x = numbers::distinct({2, 3}, 2, 1.0, float32);
    CHECK(conformance::same((*clone)(x), (*layer)(x)));
}

TEST_CASE("Normalization says what it does not take", "[layers][normalization][errors]") {
    const Tensor two = Tensor::from({1.0, 2.0});
    CHECK_THROWS_MATCHES(
        Normalization({.mean = two, .name = "n"}), ValueError,
        Message("n: only mean is given; give mean and variance, or neither and call adapt()"));
    CHECK_THROWS_MATCHES(Normalization({.mean = two, .variance = ones({3}), .name = "n"}), ShapeError,
                         Message("n: mean has shape (2,), variance (3,); give both the same"));
    CHECK_THROWS_AS(Normalization({.mean = ones({2, 2}), .variance = ones({2, 2})}), ShapeError);
    CHECK_THROWS_MATCHES(
        Normalization({.mean = two, .variance = two, .name = "n"})(zeros({4, 3})), ShapeError,
        Message(
            "n: mean has shape (2,), which does not fit extents (3,) of input (4, 3) along its axes; give "
            "1 or the input's extent for each"));
    Normalization given({.mean = two, .variance = two, .name = "n"});
    CHECK_THROWS_MATCHES(
        given.adapt(zeros({4, 2})), ValueError,
        Message("n: mean and variance were given, there is nothing to adapt; leave them out"));
    Normalization layer({.name = "n"});
    CHECK_THROWS_MATCHES(layer.adapt(zeros({0, 2})), ValueError,
                         Message("n: adapt() got no data; give it at least one sample"));
    layer.adapt(zeros({4, 2}));
    CHECK_THROWS_AS(layer.adapt(zeros({4, 3})), ShapeError);
    CHECK_THROWS_AS(layer(zeros({4, 3})), ShapeError);
}
