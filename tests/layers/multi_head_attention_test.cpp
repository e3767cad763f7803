#include "support/catch.hpp"
#include "support/numbers.hpp"

#include <keratin/core/random.hpp>
#include <keratin/layers/attention.hpp>
#include <keratin/layers/multi_head_attention.hpp>
#include <keratin/ops/elementwise.hpp>
#include <keratin/ops/reduce.hpp>

#include <cmath>

using namespace keratin;
using layers::MultiHeadAttention;

TEST_CASE("MultiHeadAttention's kernels begin as Keras's: fans are the axes of the product",
          "[layers][multi_head_attention]") {
    set_random_seed(1);
    const MultiHeadAttention layer(8, {.key_dim = 32});
    layer({zeros({1, 2, 64}), zeros({1, 3, 64})});
    const auto largest = [](const Variable& kernel) { return reduce_max(abs(kernel)).item<double>(); };
    const double limit = std::sqrt(6.0 / (64 + 8 * 32));
    for (const Variable& kernel :
         {layer.query_kernel, layer.key_kernel, layer.value_kernel, layer.output_kernel}) {
        INFO(kernel.path());
        CHECK(largest(kernel) <= limit);
        CHECK(largest(kernel) > 0.99 * limit);
    }
    CHECK(layer.output_kernel.shape() == Shape{8, 32, 64});
}

TEST_CASE("A copy of a MultiHeadAttention made before its build has the same weights",
          "[layers][multi_head_attention]") {
    const MultiHeadAttention layer(2, {.key_dim = 3});
    const MultiHeadAttention early = layer;
    const Tensor x = numbers::distinct({2, 3, 4}, 1, 1.0, float32);
    const Tensor y = layer({x, x});
    CHECK(early.output_kernel.same_as(layer.output_kernel));
    CHECK(early.output_kernel.shape() == Shape{2, 3, 4});
    CHECK(numbers::of(early({x, x})) == numbers::of(y));
    CHECK(layer.variables().size() == 8);
}

TEST_CASE("The scores that attention returns have no mask, its output has the query's",
          "[layers][multi_head_attention]") {
    const CallOptions with_scores{.arguments = Config::object({{"return_attention_scores", true}})};
    const Tensor mask = Tensor::from({true, true, false}, {1, 3});
    const Tensor x = numbers::distinct({1, 3, 4}, 1, 1.0, float32).with_mask(mask);
    for (const std::vector<Tensor>& y : {MultiHeadAttention(2, {.key_dim = 3}).apply({x, x}, with_scores),
                                         layers::Attention().apply({x, x}, with_scores)}) {
        REQUIRE(y.size() == 2);
        CHECK(y[0].mask().same_buffer(mask));
        CHECK_FALSE(y[1].mask().defined());
    }
}
