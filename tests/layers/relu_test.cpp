#include "support/catch.hpp"
#include "support/check_layer.hpp"

#include <keratin/layers/relu.hpp>

using namespace keratin;
using conformance::check_layer;
using layers::ReLU;

TEST_CASE("ReLU passes the conformance routine of every layer", "[layers][relu]") {
    SECTION("by default") {
        check_layer<ReLU>([] { return ReLU(); },
                          {.default_name = "re_lu", .input = {2, 3, 4}, .output = {2, 3, 4}});
    }
    SECTION("with a limit, a slope and a threshold") {
        check_layer<ReLU>([] { return ReLU({.max_value = 0.7, .negative_slope = 0.2, .threshold = 0.3}); },
                          {.default_name = "re_lu", .input = {2, 3, 4}, .output = {2, 3, 4}});
    }
}

TEST_CASE("ReLU has Keras's values and slopes, at its kinks too", "[layers][relu]") {
    struct Case {
        layers::ReLUOptions options;
        double x, y, slope;
    };
    const std::vector<Case> cases = {
        {{}, -1, 0, 0},
        {{}, 0, 0, 0},
        {{}, 2, 2, 1},
        {{.max_value = 6}, 6, 6, 0},
        {{.max_value = 6}, 7, 6, 0},
        {{.max_value = 0}, 3, 0, 0},
        {{.negative_slope = 0.1}, 0, 0, 0.1},
        {{.negative_slope = 0.1}, -2, -0.2, 0.1},
        {{.threshold = 1}, 1, 0, 0},
        {{.threshold = 1}, 1.5, 1.5, 1},
        {{.negative_slope = 0.1, .threshold = 1}, 1, 0, 0},
        {{.negative_slope = 0.1, .threshold = 1}, -1, -0.2, 0.1},
        {{.max_value = 5, .negative_slope = 0.1}, 0, 0, 0},
        {{.max_value = 5, .negative_slope = 0.1}, -3, -0.3, 0.1},
    };
    for (Case c : cases) {
        INFO("max_value " << c.options.max_value.value_or(-1) << ", negative_slope "
                          << c.options.negative_slope << ", threshold " << c.options.threshold << ", x "
                          << c.x);
        c.options.dtype = float64;
        const Tensor x = Tensor::scalar(c.x, float64);
        GradientTape tape;
        tape.watch(x);
        const Tensor y = ReLU(c.options)(x);
        CHECK(y.item<double>() == Approx(c.y));
        CHECK(tape.gradient(y, x).item<double>() == Approx(c.slope));
    }
}

TEST_CASE("ReLU says what it does not take", "[layers][relu][errors]") {
    const auto check = [](layers::ReLUOptions options, const char* text) {
        options.name = "r";
        CHECK_THROWS_MATCHES(ReLU(options), ValueError, Message(text));
    };
    check({.max_value = -1}, "r: max_value -1, negative_slope 0 and threshold 0 must not be negative");
    check({.negative_slope = -0.5},
          "r: max_value 0, negative_slope -0.5 and threshold 0 must not be negative");
    check({.max_value = 6, .threshold = -1},
          "r: max_value 6, negative_slope 0 and threshold -1 must not be negative");
    CHECK_THROWS_AS(ReLU({.threshold = std::nan("")}), ValueError);
    CHECK_THROWS_MATCHES(ReLU({.name = "r"})(zeros({2}, uint8)), DTypeError,
                         Message("r: input is uint8; cast() it to float32, or put a layers::Rescaling(1. / "
                                 "255) before the layer"));
}
