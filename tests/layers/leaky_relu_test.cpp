#include "support/catch.hpp"

#include <keratin/layers/leaky_relu.hpp>
#include <keratin/ops/elementwise.hpp>
#include <keratin/ops/nn/activation_function.hpp>

using namespace keratin;
using layers::LeakyReLU;

TEST_CASE("LeakyReLU's slope is 0.3 by default, though the function's is 0.2, as in Keras",
          "[layers][leaky_relu]") {
    const Tensor x = Tensor::from({-10.f, 0.f, 10.f});
    CHECK(to_string(LeakyReLU()(x)) == "[-3.  0. 10.]");
    CHECK(to_string(activation("leaky_relu")(x)) == "[-2.  0. 10.]");
}
