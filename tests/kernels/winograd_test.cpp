#include "support/catch.hpp"

#include "kernels/conv_case.hpp"

namespace keratin::kernels {
namespace {

using namespace testing;

/// Images with all that the tiles of 4x4 outputs can meet: edges within a tile, paddings up to two, channels
/// that end within a panel.
Conv2D random_shape_of_tiles(Random& random) {
    Conv2D c{};
    c.batch = random.pick<int64_t>({0, 1, 2, 5});
    c.in_c = 16 * random.integer(1, 5);
    c.out_c = 16 * random.integer(1, 5);
    c.kernel_h = c.kernel_w = 3;
    c.winograd = true;
    do {
        c.in_h = random.integer(1, 18);
        c.in_w = random.integer(1, 18);
        c.pad_top = random.integer(0, 3);
        c.pad_left = random.integer(0, 3);
        c.out_h = out_size(c.in_h, c.pad_top + random.integer(0, 3), 3, 1, 1);
        c.out_w = out_size(c.in_w, c.pad_left + random.integer(0, 3), 3, 1, 1);
    } while (!uses_winograd(c));
    return c;
}

/// Numbers are in [-1, 1): what the bound of allow_winograd() makes of so many terms, and one for the rest.
template <class T>
double bound(int64_t terms) {
    return 32 * static_cast<double>(std::numeric_limits<T>::epsilon()) / 2 * static_cast<double>(terms + 2);
}

template <class T>
void check_against_reference(const ConvCase<T>& c) {
    const Table<T>& reference = reference_kernels<T>();
    const std::vector<T> y = c.forward(reference, c.activation), dx = c.input_gradient(reference),
                         dkernel = c.kernel_gradient(reference);
    const int64_t pixels = c.conv.batch * c.conv.out_h * c.conv.out_w;
    for (const char* isa : present_isas()) {
        INFO(isa << ": " << text(c.conv));
        const Table<T>& table = *kernels_for<T>(isa);
        CHECK(difference(c.forward(table, c.activation), y, bound<T>(9 * c.conv.in_c)) == "");
        CHECK(difference(c.input_gradient(table), dx, bound<T>(9 * c.conv.out_c)) == "");
        CHECK(difference(c.kernel_gradient(table), dkernel, bound<T>(pixels)) == "");
    }
}

/// The largest |got - exact| in units of 2^-24 of the sum of the terms' sizes.
double error_of_forward(const char* isa, int64_t channels, bool rectified, unsigned seed) {
    Conv2D conv{1, 16, 16, channels, 16, 16, 64, 3, 3, 1, 1, 1, 1, 1, 1, 1, true};
    Random random(seed);
    ConvCase<float> c(conv, random);
    if (rectified)
        for (float& value : c.x) value = std::max(value, 0.0f);
    ConvCase<double> exact(conv, random), sizes(conv, random);
    c.with_bias = exact.with_bias = sizes.with_bias = true;
    for (size_t i = 0; i < c.x.size(); ++i) sizes.x[i] = std::abs(exact.x[i] = static_cast<double>(c.x[i]));
    for (size_t i = 0; i < c.kernel.size(); ++i)
        sizes.kernel[i] = std::abs(exact.kernel[i] = static_cast<double>(c.kernel[i]));
    for (size_t i = 0; i < c.bias.size(); ++i)
        sizes.bias[i] = std::abs(exact.bias[i] = static_cast<double>(c.bias[i]));
    const std::vector<float> got = c.forward(*kernels_for<float>(isa), Activation::none);
    const std::vector<double> wanted = exact.forward(reference_kernels<double>(), Activation::none),
                              size = sizes.forward(reference_kernels<double>(), Activation::none);
    double worst = 0;
    for (size_t i = 0; i < got.size(); ++i)
        worst = std::max(worst, std::abs(static_cast<double>(got[i]) - wanted[i]) / size[i]);
    return worst * 0x1p24;
}

}  // namespace

TEST_CASE("Winograd's form of a convolution and its gradients agrees with the naive loops on random shapes",
          "[kernels][conv2d][winograd]") {
    Random random(1);
    for (int i = 0; i < 150; ++i) {
        check_against_reference(ConvCase<float>(random_shape_of_tiles(random), random));
        check_against_reference(ConvCase<double>(random_shape_of_tiles(random), random));
    }
}

TEST_CASE("Winograd's form agrees where the images are large and where the kernel is",
          "[kernels][conv2d][winograd]") {
    Random random(2);
    check_against_reference(
        ConvCase<float>({3, 33, 70, 64, 33, 70, 48, 3, 3, 1, 1, 1, 1, 1, 1, 1, true}, random));
    check_against_reference(
        ConvCase<float>({2, 8, 8, 272, 8, 8, 208, 3, 3, 1, 1, 1, 1, 1, 1, 1, true}, random));
    check_against_reference(
        ConvCase<double>({40, 8, 8, 96, 8, 8, 96, 3, 3, 1, 1, 1, 1, 1, 1, 1, true}, random));
}

TEST_CASE("Winograd's form rounds within 32 units of the sum of its terms' sizes",
          "[kernels][conv2d][winograd]") {
    for (const char* isa : present_isas())
        for (const int64_t channels : {16, 64, 256})
            for (const bool rectified : {false, true}) {
                INFO(isa << ", " << channels << " channels");
                CHECK(error_of_forward(isa, channels, rectified, static_cast<unsigned>(channels)) < 32);
            }
}

TEST_CASE("Winograd's form gives the same bits however its tasks are shared, on avx2 and on avx512",
          "[kernels][conv2d][winograd]") {
    Random random(3);
    for (int i = 0; i < 60; ++i) {
        const ConvCase<float> c(random_shape_of_tiles(random), random);
        INFO(text(c.conv));
        for (const char* isa : present_isas()) {
            const Table<float>& table = *kernels_for<float>(isa);
            CHECK(
                same_bits(c.forward(table, c.activation), c.forward(table, c.activation, serial_context())));
            CHECK(same_bits(c.input_gradient(table), c.input_gradient(table, serial_context())));
            CHECK(same_bits(c.kernel_gradient(table), c.kernel_gradient(table, serial_context())));
        }
        if (!kernels_for<float>("avx512")) continue;
        const Table<float>&one = *kernels_for<float>("avx2"), &other = *kernels_for<float>("avx512");
        CHECK(same_bits(c.forward(one, c.activation), c.forward(other, c.activation)));
        CHECK(same_bits(c.input_gradient(one), c.input_gradient(other)));
        CHECK(same_bits(c.kernel_gradient(one), c.kernel_gradient(other)));
    }
}

TEST_CASE("An image gives the same bits in every batch in Winograd's form", "[kernels][conv2d][winograd]") {
    const Conv2D one{1, 12, 10, 32, 12, 10, 64, 3, 3, 1, 1, 1, 1, 1, 1, 1, true};
    Conv2D many = one;
    many.batch = 9;
    Random random(4);
    const ConvCase<float> batch(many, random);
    ConvCase<float> image(one, random);
    image.kernel = batch.kernel;
    image.bias = batch.bias;
    image.with_bias = batch.with_bias;
    const auto part = [](const std::vector<float>& all, int64_t size) {
        return std::vector<float>(all.begin() + 4 * size, all.begin() + 5 * size);
    };
    image.x = part(batch.x, elements_x(one));
    for (const char* isa : present_isas()) {
        const Table<float>& table = *kernels_for<float>(isa);
        CHECK(same_bits(image.forward(table, batch.activation),
                        part(batch.forward(table, batch.activation), elements_y(one))));
    }
}

}  // namespace keratin::kernels
