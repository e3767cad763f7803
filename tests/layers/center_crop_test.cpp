#include "support/catch.hpp"
#include "support/check_layer.hpp"

#include <keratin/layers/center_crop.hpp>
#include <keratin/ops/shaping.hpp>

using namespace keratin;
using conformance::check_layer;
using layers::CenterCrop;

TEST_CASE("CenterCrop passes the conformance routine of every layer", "[layers][center_crop]") {
    check_layer<CenterCrop>([] { return CenterCrop(2, 3); },
                            {.default_name = "center_crop", .input = {2, 5, 4, 2}, .output = {2, 2, 3, 2}});
    check_layer<CenterCrop>([] { return CenterCrop(5, 3); },
                            {.default_name = "center_crop", .input = {2, 4, 4, 1}, .output = {2, 5, 3, 1}});
}

TEST_CASE("CenterCrop takes the middle, of one image as well", "[layers][center_crop]") {
    const Tensor x = arange(0, 25, 1, uint8);
    CHECK(to_string(reshape(CenterCrop(1, 3)(reshape(x, {5, 5, 1})), {3})) == "[11. 12. 13.]");
    CHECK(CenterCrop(2, 2).compute_output_shape({5, 5, 1}) == Shape{2, 2, 1});
}

TEST_CASE("CenterCrop says what it does not take", "[layers][center_crop][errors]") {
    CHECK_THROWS_MATCHES(CenterCrop(0, 3, {.name = "c"}), ValueError,
                         Message("c: size is (0, 3); both sides must be at least 1"));
    CHECK_THROWS_MATCHES(CenterCrop(1, 1, {.name = "c"})(zeros({2, 3})), ShapeError,
                         Message("c: input has shape (2, 3); (batch, height, width, channels), or one image "
                                 "without the batch, is needed"));
}
