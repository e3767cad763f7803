#include "support/catch.hpp"
#include "support/numbers.hpp"

#include <keratin/layers/conv2d.hpp>
#include <keratin/layers/conv2d_transpose.hpp>
#include <keratin/ops/elementwise.hpp>
#include <keratin/ops/reduce.hpp>

using namespace keratin;
using layers::Conv2DTranspose;

TEST_CASE("Conv2DTranspose gives Keras's output shapes", "[layers][conv2d_transpose]") {
    struct Case {
        layers::Conv2DTransposeOptions options;
        Shape input, output;
    };
    const std::vector<Case> cases = {
        {{.kernel_size = 3, .strides = 2, .padding = "same"}, {1, 4, 4, 1}, {1, 8, 8, 2}},
        {{.kernel_size = 3, .strides = 2}, {1, 4, 4, 1}, {1, 9, 9, 2}},
        {{.kernel_size = 2, .strides = 3}, {1, 4, 4, 1}, {1, 12, 12, 2}},
        {{.kernel_size = 3, .strides = 2, .output_padding = 1}, {1, 4, 4, 1}, {1, 10, 10, 2}},
        {{.kernel_size = 3, .strides = 2, .padding = "same", .output_padding = 0},
         {1, 4, 4, 1},
         {1, 7, 7, 2}},
        {{.kernel_size = 3, .dilation_rate = 2}, {1, 4, 5, 1}, {1, 8, 9, 2}},
        {{.kernel_size = 3, .padding = "same", .dilation_rate = 2}, {1, 4, 5, 1}, {1, 4, 5, 2}},
        {{.kernel_size = 5, .strides = 2, .padding = "same"},
         {Shape::unknown, Shape::unknown, 3, 1},
         {Shape::unknown, Shape::unknown, 6, 2}},
    };
    for (const Case& c : cases) {
        const Conv2DTranspose layer(2, c.options);
        INFO(c.output);
        CHECK(layer.compute_output_shape(c.input) == c.output);
        if (c.input.is_static()) CHECK(layer(zeros(c.input)).shape() == c.output);
    }
}

TEST_CASE("Conv2DTranspose is the adjoint of Conv2D", "[layers][conv2d_transpose]") {
    for (const Padding padding : {Padding("valid"), Padding("same")})
        for (const int64_t strides : {1, 2, 3}) {
            const layers::Conv2D forward(3, {.kernel_size = {3, 2},
                                             .strides = strides,
                                             .padding = padding,
                                             .use_bias = false,
                                             .dtype = float64});
            const Conv2DTranspose back(2, {.kernel_size = {3, 2},
                                           .strides = strides,
                                           .padding = padding,
                                           .use_bias = false,
                                           .dtype = float64});
            const Tensor y = numbers::distinct({2, 3, 4, 3}, 1);
            const Tensor x = numbers::distinct(back(y).shape(), 2);
            forward(x);
            back.kernel.assign(numbers::distinct({3, 2, 2, 3}, 3));
            forward.kernel.assign(back.kernel);
            CHECK(reduce_sum(forward(x) * y).item<double>() ==
                  Approx(reduce_sum(x * back(y)).item<double>()));
        }
}
