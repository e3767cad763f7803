#include "support/catch.hpp"

#include <keratin/ops/nn/conv.hpp>

#include <string>

using namespace keratin;
using nn::Conv2DOptions;

TEST_CASE("conv2d_shape gives TensorFlow's output shapes", "[ops][conv2d]") {
    auto [x, kernel, options, y] = GENERATE(table<Shape, Shape, Conv2DOptions, Shape>({
        {{1, 32, 32, 3}, {5, 5, 3, 4}, {}, {1, 28, 28, 4}},
        {{1, 32, 32, 3}, {5, 5, 3, 4}, {.padding = "same"}, {1, 32, 32, 4}},
        {{1, 32, 32, 3}, {5, 5, 3, 4}, {.strides = 2}, {1, 14, 14, 4}},
        {{1, 32, 32, 3}, {5, 5, 3, 4}, {.strides = 2, .padding = "SAME"}, {1, 16, 16, 4}},
        {{7, 28, 28, 3}, {3, 3, 3, 16}, {.padding = {{1, 1}, {1, 1}}}, {7, 28, 28, 16}},
        {{2, 7, 9, 1}, {3, 2, 1, 1}, {.strides = {2, 3}, .padding = {{2, 0}, {0, 1}}}, {2, 4, 3, 1}},
        {{2, 7, 9, 1}, {3, 3, 1, 1}, {.dilations = {3, 4}}, {2, 1, 1, 1}},
        {{2, 7, 9, 6}, {3, 3, 2, 9}, {.groups = 3}, {2, 5, 7, 9}},
        {{0, 4, 4, 1}, {3, 3, 1, 2}, {}, {0, 2, 2, 2}},
        {{Shape::unknown, 28, 28, 1}, {5, 5, 1, 6}, {}, {Shape::unknown, 24, 24, 6}},
        {{Shape::unknown, Shape::unknown, Shape::unknown, 1},
         {5, 5, 1, 6},
         {},
         {Shape::unknown, Shape::unknown, Shape::unknown, 6}},
    }));
    CHECK(nn::conv2d_shape(x, kernel, options, "conv2d") == y);
}

TEST_CASE("conv2d tells shapes that do not fit", "[ops][conv2d][errors]") {
    auto [x, kernel, options, text] = GENERATE(table<Shape, Shape, Conv2DOptions, std::string>({
        {{8, 8, 3},
         {3, 3, 3, 4},
         {},
         "conv2d: input has shape (8, 8, 3); images of shape (batch, height, width, channels) are needed, "
         "use reshape() or expand_dims()"},
        {{1, 8, 8, 3},
         {3, 3, 3},
         {},
         "conv2d: kernel has shape (3, 3, 3); (kernel_height, kernel_width, in_channels / groups, filters) "
         "is needed"},
        {{1, 8, 8, 3},
         {3, 0, 3, 4},
         {},
         "conv2d: kernel of shape (3, 0, 3, 4) has no elements; every extent must be at least 1"},
        {{1, 8, 8, 3},
         {5, 5, 1, 6},
         {},
         "conv2d: input of shape (1, 8, 8, 3) has 3 channels, kernel was built for 1 (kernel shape (5, 5, 1, "
         "6)); "
         "give an input of shape (batch, height, width, 1)"},
        {{1, 8, 8, 6},
         {3, 3, 3, 4},
         {.groups = 3},
         "conv2d: 3 groups do not divide the 4 filters of the kernel (kernel shape (3, 3, 3, 4)); use a "
         "number of "
         "filters that is a multiple of groups"},
        {{1, 8, 8, 5},
         {3, 3, 2, 4},
         {.groups = 2},
         "conv2d: input of shape (1, 8, 8, 5) has 5 channels, kernel was built for 2 groups of 2 (kernel "
         "shape (3, 3, "
         "2, 4)); give an input whose channels are groups * kernel.shape()[2]"},
        {{1, 4, 6, 1},
         {5, 5, 1, 2},
         {},
         "conv2d: kernel (5, 5) with dilations (1, 1) does not fit input (1, 4, 6, 1) with padding "
         "\"valid\"; use "
         "padding \"same\" or a smaller kernel"},
        {{1, 4, 6, 1},
         {2, 3, 1, 2},
         {.padding = {{0, 0}, {1, 1}}, .dilations = 4},
         "conv2d: kernel (2, 3) with dilations (4, 4) does not fit input (1, 4, 6, 1) with padding \"((0, "
         "0), (1, "
         "1))\"; use padding \"same\" or a smaller kernel"},
        {{1, 0, 6, 1},
         {1, 1, 1, 2},
         {.padding = "same"},
         "conv2d: input of shape (1, 0, 6, 1) has no pixels; height and width must be at least 1"},
    }));
    CHECK_THROWS_MATCHES(nn::conv2d(zeros(x), zeros(kernel), options), ShapeError, Message(text));
}

TEST_CASE("conv2d tells options that make no sense", "[ops][conv2d][errors]") {
    auto [options, text] = GENERATE(table<Conv2DOptions, std::string>({
        {{.strides = {1, 0}}, "conv2d: strides (1, 0) must be at least 1"},
        {{.dilations = {-1, 1}}, "conv2d: dilations (-1, 1) must be at least 1"},
        {{.groups = 0}, "conv2d: groups 0 must be at least 1"},
        {{.padding = {{0, -1}, {0, 0}}},
         "conv2d: padding ((0, -1), (0, 0)) must not be negative; use slice() to cut pixels off"},
        {{.padding = {{0, 0}, {-2, 0}}},
         "conv2d: padding ((0, 0), (-2, 0)) must not be negative; use slice() to cut pixels off"},
    }));
    CHECK_THROWS_MATCHES(nn::conv2d(zeros({1, 4, 4, 1}), zeros({3, 3, 1, 1}), options), ValueError,
                         Message(text));
}

TEST_CASE("conv2d tells dtypes that it does not take", "[ops][conv2d][errors]") {
    CHECK_THROWS_MATCHES(
        nn::conv2d(zeros({1, 4, 4, 1}), zeros({3, 3, 1, 1}, float64)), DTypeError,
        Message("conv2d: input of shape (1, 4, 4, 1) is float32, kernel of shape (3, 3, 1, 1) is "
                "float64; cast() one to the other's dtype"));
    CHECK_THROWS_MATCHES(
        nn::conv2d(zeros({1, 4, 4, 1}, uint8), zeros({3, 3, 1, 1})), DTypeError,
        Message("conv2d: input of shape (1, 4, 4, 1) is uint8; float32 or float64 is needed, cast() "
                "it"));
    CHECK_THROWS_MATCHES(
        nn::conv2d({}, zeros({3, 3, 1, 1})), ValueError,
        Message("conv2d: input is an undefined tensor; give it a value first, for instance by "
                "zeros(shape)"));
}

TEST_CASE("the gradients of conv2d tell which result their shapes belong to", "[ops][conv2d][errors]") {
    const Tensor kernel = zeros({3, 3, 1, 2});
    CHECK_THROWS_MATCHES(
        nn::conv2d_input_gradient(zeros({1, 5, 5, 2}), kernel, {1, 6, 6, 1}), ShapeError,
        Message("conv2d_input_gradient: received shape (1, 5, 5, 2), but a convolution of shape (1, 6, 6, 1) "
                "with a "
                "kernel of shape (3, 3, 1, 2) has shape (1, 4, 4, 2); give that, or other options"));
    CHECK_THROWS_MATCHES(
        nn::conv2d_kernel_gradient(zeros({1, 6, 6, 1}), zeros({2, 4, 4, 2}), {3, 3, 1, 2}), ShapeError,
        Message("conv2d_kernel_gradient: received shape (2, 4, 4, 2), but a convolution of shape (1, 6, 6, "
                "1) with a "
                "kernel of shape (3, 3, 1, 2) has shape (1, 4, 4, 2); give that, or other options"));
    CHECK_THROWS_MATCHES(
        nn::conv2d_transpose(zeros({1, 4, 4, 2}), kernel, {1, 12, 12, 1}, {.strides = 2}), ShapeError,
        Message(
            "conv2d_transpose: received shape (1, 4, 4, 2), but a convolution of shape (1, 12, 12, 1) with a "
            "kernel of shape (3, 3, 1, 2) has shape (1, 5, 5, 2); give that, or other options"));
}
