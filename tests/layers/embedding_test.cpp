#include "support/catch.hpp"
#include "support/numbers.hpp"

#include <keratin/autograd/tape.hpp>
#include <keratin/layers/embedding.hpp>
#include <keratin/ops/elementwise.hpp>
#include <keratin/ops/reduce.hpp>

using namespace keratin;
using layers::Embedding;

TEST_CASE("Embedding looks numbers up", "[layers][embedding]") {
    const Embedding layer(3, 2);
    layer.compute_output_shape({2});
    const Tensor ids = Tensor::from({2, 0, 2}, {1, 3});
    layer(ids);
    layer.embeddings.assign(Tensor::from({0.f, 1.f, 2.f, 3.f, 4.f, 5.f}, {3, 2}));
    CHECK(to_string(layer(ids)) == "[[[4. 5.]\n  [0. 1.]\n  [4. 5.]]]");
    for (const DType dtype : {int32, int64, uint8, float32, float64})
        CHECK(numbers::of(layer(convert(ids, dtype))) == std::vector<double>{4, 5, 0, 1, 4, 5});
    CHECK(layer.compute_output_shape({Shape::unknown, Shape::unknown}) ==
          Shape{Shape::unknown, Shape::unknown, 2});
    CHECK(layer(zeros({0, 3}, int32)).shape() == Shape{0, 3, 2});
}

TEST_CASE("Embedding's gradient adds up where numbers repeat", "[layers][embedding]") {
    const Embedding layer(3, 2);
    const Tensor ids = Tensor::from({2, 0, 2}, {3});
    layer(ids);
    GradientTape tape;
    const Tensor gradient = tape.gradient(reduce_sum(layer(ids)), layer.embeddings);
    CHECK(numbers::of(gradient) == std::vector<double>{1, 1, 0, 0, 2, 2});
}

TEST_CASE("Embedding starts from small uniform numbers", "[layers][embedding]") {
    Embedding layer(100, 10);
    layer.build({1});
    CHECK(reduce_max(abs(layer.embeddings)).item<double>() <= 0.05);
    CHECK(reduce_max(layer.embeddings).item<double>() > 0.04);
    CHECK(reduce_min(layer.embeddings).item<double>() < -0.04);
}
