#include "support/catch.hpp"

#include <keratin/layers/category_encoding.hpp>

using namespace keratin;
using layers::CategoryEncoding;

TEST_CASE("CategoryEncoding counts with weights", "[layers][category_encoding]") {
    const Tensor x = Tensor::from({0, 1, 1, 2, 2, 9}, {2, 3});
    const Tensor weights = Tensor::from({0.5f, 1.f, 2.f, 1.f, 0.25f, 7.f}, {2, 3});
    CHECK(to_string(CategoryEncoding(3, {.output_mode = "count"}).call(x, weights)) ==
          "[[0.5  3.   0.  ]\n [0.   0.   1.25]]");
}

TEST_CASE("CategoryEncoding takes a scalar, and every dtype", "[layers][category_encoding]") {
    for (const DType dtype : {float32, float64, int32, int64, uint8}) {
        INFO(dtype);
        CHECK(to_string(CategoryEncoding(3)(Tensor::scalar(1, dtype))) == "[0. 1. 0.]");
        CHECK(to_string(CategoryEncoding(2, {.output_mode = "one_hot"})(Tensor::scalar(1, dtype))) ==
              "[0. 1.]");
    }
}
