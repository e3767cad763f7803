#include "support/catch.hpp"

#include <keratin/layers/center_crop.hpp>
#include <keratin/ops/shaping.hpp>

using namespace keratin;
using layers::CenterCrop;

TEST_CASE("CenterCrop takes the middle, of one image as well", "[layers][center_crop]") {
    const Tensor x = arange(0, 25, 1, uint8);
    CHECK(to_string(reshape(CenterCrop(1, 3)(reshape(x, {5, 5, 1})), {3})) == "[11. 12. 13.]");
    CHECK(CenterCrop(2, 2).compute_output_shape({5, 5, 1}) == Shape{2, 2, 1});
}
