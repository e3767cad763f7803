#include "support/catch.hpp"

#include <keratin/layers/identity.hpp>

using namespace keratin;
using layers::Identity;

TEST_CASE("Identity hands its input on as it is, of any dtype and shape", "[layers][identity]") {
    for (const DType dtype : {float32, int32, int64, uint8, bool_}) {
        const Tensor x = zeros({2, 3}, dtype);
        CHECK(Identity()(x).same_buffer(x));
    }
    CHECK(Identity()(zeros({2}, float64)).dtype() == float32);
    CHECK(Identity()(Tensor::scalar(3)).item<int>() == 3);
    CHECK(Identity().compute_output_shape({Shape::unknown, Shape::unknown}) ==
          Shape{Shape::unknown, Shape::unknown});
}
