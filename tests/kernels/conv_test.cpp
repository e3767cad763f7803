#include "support/catch.hpp"

#include "kernels/conv_case.hpp"

namespace keratin::kernels {
namespace {

using namespace testing;

template <class T>
void check_against_reference(const ConvCase<T>& c) {
    const Table<T>& reference = reference_kernels<T>();
    const Activation exact = c.activation == Activation::relu ? Activation::relu : Activation::none;
    const std::vector<T> y = c.forward(reference, c.activation), sums = c.forward(reference, exact);
    const std::vector<T> dx = c.input_gradient(reference), dkernel = c.kernel_gradient(reference);
    const int64_t taps = c.conv.kernel_h * c.conv.kernel_w;
    for (const char* isa : present_isas()) {
        INFO(isa << ": " << text(c.conv));
        const Table<T>& table = *kernels_for<T>(isa);
        const int64_t terms = taps * c.conv.in_c / c.conv.groups;
        CHECK(difference(c.forward(table, c.activation), y, rounding<T>(terms)) == "");
        CHECK(difference(c.input_gradient(table), dx, rounding<T>(taps * c.conv.out_c / c.conv.groups)) ==
              "");
        CHECK(difference(c.kernel_gradient(table), dkernel,
                         rounding<T>(c.conv.batch * c.conv.out_h * c.conv.out_w)) == "");
        if (fused(isa)) CHECK(same_bits(c.forward(table, exact), sums));
    }
}

template <class T>
void check_random_shapes(unsigned seed, int shapes, Conv2D (*draw)(Random&) = random_shape) {
    Random random(seed);
    for (int i = 0; i < shapes; ++i) check_against_reference(ConvCase<T>(draw(random), random));
}

}  // namespace

TEST_CASE("Convolutions and their gradients agree with the naive loops on random shapes",
          "[kernels][conv2d]") {
    check_random_shapes<float>(1, 1200);
    check_random_shapes<double>(2, 1200);
}

TEST_CASE("Depthwise convolutions of 3x3 and their gradients agree with the naive loops on random shapes",
          "[kernels][conv2d]") {
    check_random_shapes<float>(6, 600, random_depthwise_shape);
    check_random_shapes<double>(7, 600, random_depthwise_shape);
}

TEST_CASE("Convolutions of many channels and their gradients agree with the naive loops on random shapes",
          "[kernels][conv2d]") {
    check_random_shapes<float>(9, 20, random_wide_shape);
    check_random_shapes<double>(10, 20, random_wide_shape);
}

TEST_CASE("Few filters over wide images agree with the naive loops", "[kernels][conv2d]") {
    Random random(8);
    for (int i = 0; i < 60; ++i) {
        Conv2D conv = random_shape(random);
        conv.groups = 1;
        conv.in_c = random.integer(1, 4);
        conv.out_c = random.integer(1, 8);
        conv.stride_w = random.pick<int64_t>({1, 1, 2});
        conv.in_w = random.integer(30, 90);
        conv.out_w = out_size(conv.in_w, conv.pad_left + 1, conv.kernel_w, conv.stride_w, conv.dilation_w);
        check_against_reference(ConvCase<float>(conv, random));
        check_against_reference(ConvCase<double>(conv, random));
    }
}

TEST_CASE("Every output of a convolution is one chain of fused multiply-adds, bit for bit",
          "[kernels][conv2d]") {
    const Conv2D conv =
        GENERATE(Conv2D{2, 28, 28, 1, 28, 28, 6, 5, 5, 1, 1, 1, 1, 2, 2, 1},     // LeNet-5, first convolution
                 Conv2D{2, 14, 14, 6, 10, 10, 16, 5, 5, 1, 1, 1, 1, 0, 0, 1},    // and the second
                 Conv2D{1, 13, 9, 32, 13, 9, 64, 3, 3, 1, 1, 1, 1, 1, 1, 1},     // many channels
                 Conv2D{1, 33, 17, 3, 17, 9, 35, 7, 7, 2, 2, 1, 1, 3, 3, 1},     // a stem with strides
                 Conv2D{3, 9, 9, 40, 9, 9, 70, 1, 1, 1, 1, 1, 1, 0, 0, 1},       // pointwise
                 Conv2D{1, 15, 15, 37, 15, 15, 37, 3, 3, 1, 1, 1, 1, 1, 1, 37},  // depthwise
                 Conv2D{2, 1, 1, 5, 1, 1, 3, 5, 5, 1, 1, 1, 1, 2, 2, 1});  // a kernel larger than its image
    Random random(3);
    check_against_reference(ConvCase<float>(conv, random));
    check_against_reference(ConvCase<double>(conv, random));
}

TEST_CASE("The way tasks are shared does not change a bit of a convolution or a gradient",
          "[kernels][conv2d]") {
    Random random(4);
    for (int i = 0; i < 100; ++i) {
        Conv2D conv = i < 50   ? random_shape(random)
                      : i < 96 ? random_depthwise_shape(random)
                               : random_wide_shape(random);
        conv.batch = random.integer(1, 20);
        const ConvCase<float> c(
            [&] {
                conv.in_h += 20;
                conv.out_h = out_size(conv.in_h, conv.pad_top, conv.kernel_h, conv.stride_h, conv.dilation_h);
                return conv;
            }(),
            random);
        for (const char* isa : present_isas()) {
            INFO(isa << ": " << text(c.conv));
            const Table<float>& table = *kernels_for<float>(isa);
            CHECK(same_bits(c.forward(table, Activation::tanh),
                            c.forward(table, Activation::tanh, serial_context())));
            CHECK(same_bits(c.input_gradient(table), c.input_gradient(table, serial_context())));
            CHECK(same_bits(c.kernel_gradient(table), c.kernel_gradient(table, serial_context())));
        }
    }
}

TEST_CASE("The gradients of a convolution are the same on avx2 and avx512, bit for bit",
          "[kernels][conv2d]") {
    if (!kernels_for<float>("avx512")) return;
    Random random(5);
    for (int i = 0; i < 600; ++i) {
        const ConvCase<float> c(i < 300   ? random_shape(random)
                                : i < 570 ? random_depthwise_shape(random)
                                          : random_wide_shape(random),
                                random);
        INFO(text(c.conv));
        CHECK(same_bits(c.input_gradient(*kernels_for<float>("avx2")),
                        c.input_gradient(*kernels_for<float>("avx512"))));
        CHECK(same_bits(c.kernel_gradient(*kernels_for<float>("avx2")),
                        c.kernel_gradient(*kernels_for<float>("avx512"))));
    }
}

TEST_CASE("The kernel gradient of an empty batch is zero", "[kernels][conv2d]") {
    const Conv2D conv{0, 4, 4, 2, 2, 2, 3, 3, 3};
    for (const char* isa : present_isas()) {
        std::vector<float> dkernel(static_cast<size_t>(elements_kernel(conv)), 5.0f);
        kernels_for<float>(isa)->conv2d_kernel_gradient(backward_context(), conv, nullptr, nullptr,
                                                        dkernel.data(), false);
        CHECK(dkernel == std::vector<float>(dkernel.size(), 0.0f));
    }
}

TEST_CASE("A NaN passes through a convolution with ReLU", "[kernels][conv2d]") {
    const Conv2D conv{1, 1, 1, 1, 1, 1, 1, 1, 1};
    const float x = std::numeric_limits<float>::quiet_NaN(), kernel = 1;
    for (const char* isa : present_isas()) {
        float y = 0;
        kernels_for<float>(isa)->conv2d(backward_context(), conv, &x, &kernel, nullptr, Activation::relu, &y);
        CHECK(std::isnan(y));
    }
}

}  // namespace keratin::kernels
