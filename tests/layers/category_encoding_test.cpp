#include "support/catch.hpp"
#include "support/check_layer.hpp"

#include <keratin/layers/category_encoding.hpp>

using namespace keratin;
using conformance::check_encoder;
using layers::CategoryEncoding;

TEST_CASE("CategoryEncoding passes the conformance routine of layers without gradients",
          "[layers][category_encoding]") {
    check_encoder<CategoryEncoding>([] { return CategoryEncoding(4); },
                                    {.default_name = "category_encoding", .input = {2, 3}, .output = {2, 4}});
    check_encoder<CategoryEncoding>(
        [] { return CategoryEncoding(4, {.output_mode = "one_hot"}); },
        {.default_name = "category_encoding", .input = {2, 3}, .output = {2, 3, 4}});
    check_encoder<CategoryEncoding>([] { return CategoryEncoding(4, {.output_mode = "count"}); },
                                    {.default_name = "category_encoding", .input = {2, 3}, .output = {2, 4}});
}

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

TEST_CASE("CategoryEncoding says what it does not take", "[layers][category_encoding][errors]") {
    CHECK_THROWS_MATCHES(CategoryEncoding(0, {.name = "c"}), ValueError,
                         Message("c: num_tokens is 0; it must be positive"));
    const Tensor x = zeros({2, 3}, int32);
    CHECK_THROWS_MATCHES(CategoryEncoding(3, {.name = "c"}).call(x, ones({2, 3})), ValueError,
                         Message("c: count_weights go with output_mode \"count\" only, it is \"multi_hot\""));
    CHECK_THROWS_MATCHES(
        CategoryEncoding(3, {.output_mode = "count", .name = "c"}).call(x, ones({3})), ShapeError,
        Message("c: count_weights have shape (3,), the input (2, 3); give one for each number"));
    CHECK_THROWS_AS(layer_from_config(Config::object({{"class_name", "CategoryEncoding"}})), ValueError);
}
