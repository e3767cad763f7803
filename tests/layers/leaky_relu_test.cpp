#include "support/catch.hpp"
#include "support/check_layer.hpp"

#include <keratin/layers/leaky_relu.hpp>

using namespace keratin;
using conformance::check_layer;
using layers::LeakyReLU;

TEST_CASE("LeakyReLU passes the conformance routine of every layer", "[layers][leaky_relu]") {
    const double slope = GENERATE(0.3, 0.0, 1.5);
    check_layer<LeakyReLU>([&] { return LeakyReLU({.negative_slope = slope}); },
                           {.default_name = "leaky_re_lu", .input = {2, 3, 4}, .output = {2, 3, 4}});
}

TEST_CASE("LeakyReLU's slope is 0.3 by default, though the function's is 0.2, as in Keras",
          "[layers][leaky_relu]") {
    const Tensor x = Tensor::from({-10.f, 0.f, 10.f});
    CHECK(to_string(LeakyReLU()(x)) == "[-3.  0. 10.]");
    CHECK(to_string(activation("leaky_relu")(x)) == "[-2.  0. 10.]");
}

TEST_CASE("LeakyReLU says what it does not take", "[layers][leaky_relu][errors]") {
    CHECK_THROWS_MATCHES(LeakyReLU({.negative_slope = -0.1, .name = "l"}), ValueError,
                         Message("l: negative_slope is -0.1; it must not be negative"));
    CHECK_THROWS_AS(LeakyReLU({.negative_slope = std::nan("")}), ValueError);
    CHECK_THROWS_MATCHES(LeakyReLU({.name = "l"})(zeros({2}, bool_)), DTypeError,
                         Message("l: input is bool; cast() it to float32, or put a layers::Rescaling(1. / "
                                 "255) before the layer"));
}
