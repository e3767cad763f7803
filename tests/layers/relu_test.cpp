#include "support/catch.hpp"

#include <keratin/autograd/tape.hpp>
#include <keratin/layers/relu.hpp>
#include <keratin/ops/elementwise.hpp>

using namespace keratin;
using layers::ReLU;

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
