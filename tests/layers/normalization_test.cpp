#include "support/catch.hpp"
#include "support/check_layer.hpp"

#include <keratin/layers/normalization.hpp>
#include <keratin/models/sequential.hpp>
#include <keratin/ops/elementwise.hpp>
#include <keratin/ops/reduce.hpp>

using namespace keratin;
using layers::Normalization;

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
