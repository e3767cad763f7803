#include "support/catch.hpp"

#include "kernels/conv_shapes.hpp"

namespace keratin::kernels {
namespace {

using namespace testing;

/// A convolution without groups or dilated columns whose result has at least one square of four.
Conv2D random_squares(Random& random) {
    for (;;) {
        Conv2D c = random_shape(random);
        if (c.groups == 1 && c.dilation_w == 1 && c.out_h > 1 && c.out_w > 1) return c;
    }
}

int64_t elements_pooled(const Conv2D& c) {
    return c.batch * (c.out_h / 2) * (c.out_w / 2) * c.out_c;
}

template <class T>
struct Case {
    Conv2D conv;
    std::vector<T> x, kernel, bias, dy;
    std::vector<uint8_t> where;
    bool with_bias, accumulate;
    Activation activation;

    Case(const Conv2D& shape, Random& random)
        : conv(shape),
          x(random.numbers<T>(elements_x(shape))),
          kernel(random.numbers<T>(elements_kernel(shape))),
          bias(random.numbers<T>(shape.out_c)),
          dy(random.numbers<T>(elements_pooled(shape))),
          where(dy.size()),
          with_bias(random.coin()),
          accumulate(random.coin()),
          activation(random.pick({Activation::none, Activation::relu})) {
        for (uint8_t& choice : where) choice = static_cast<uint8_t>(random.integer(0, 3));
        for (T& value : dy)
            if (random.integer(0, 2) == 0) value = 0;  // as behind a relu
    }

    std::vector<T> forward(const Table<T>& table, std::vector<uint8_t>* choice = nullptr,
                           const Context& context = backward_context()) const {
        std::vector<T> y(dy.size(), T(7));
        if (choice) choice->assign(dy.size(), 9);
        table.conv2d_max_pool(context, conv, x.data(), kernel.data(), with_bias ? bias.data() : nullptr,
                              activation, y.data(), choice ? choice->data() : nullptr);
        return y;
    }
    std::vector<T> input_gradient(const Table<T>& table, const Context& context = backward_context()) const {
        std::vector<T> dx(x.size(), T(0.5));
        table.conv2d_max_pool_input_gradient(context, conv, where.data(), dy.data(), kernel.data(), dx.data(),
                                             accumulate);
        return dx;
    }
    std::vector<T> kernel_gradient(const Table<T>& table, const Context& context = backward_context()) const {
        std::vector<T> dkernel(kernel.size(), T(0.5));
        table.conv2d_max_pool_kernel_gradient(context, conv, x.data(), where.data(), dy.data(),
                                              dkernel.data(), accumulate);
        return dkernel;
    }
};

template <class T>
void check_against_reference(const Case<T>& c) {
    const Table<T>& reference = reference_kernels<T>();
    std::vector<uint8_t> choice, expected;
    const std::vector<T> y = c.forward(reference, &expected);
    const std::vector<T> dx = c.input_gradient(reference), dkernel = c.kernel_gradient(reference);
    const int64_t taps = c.conv.kernel_h * c.conv.kernel_w;
    for (const char* isa : present_isas()) {
        INFO(isa << ": " << text(c.conv));
        const Table<T>& table = *kernels_for<T>(isa);
        if (fused(isa)) {
            CHECK(same_bits(c.forward(table, &choice), y));
            CHECK(choice == expected);
        }
        CHECK(difference(c.forward(table), y, rounding<T>(taps * c.conv.in_c)) == "");
        CHECK(difference(c.input_gradient(table), dx, rounding<T>(taps * c.conv.out_c)) == "");
        CHECK(difference(c.kernel_gradient(table), dkernel,
                         rounding<T>(c.conv.batch * c.conv.out_h * c.conv.out_w)) == "");
    }
}

}  // namespace

TEST_CASE("Convolution with max pooling agrees with the naive loops, and its forward pass bit for bit",
          "[kernels][conv2d][max_pool2d]") {
    Random random(1);
    for (int i = 0; i < 600; ++i) {
        check_against_reference(Case<float>(random_squares(random), random));
        check_against_reference(Case<double>(random_squares(random), random));
    }
    for (const Conv2D& conv :
         {Conv2D{3, 28, 28, 1, 28, 28, 6, 5, 5, 1, 1, 1, 1, 2, 2, 1},     // LeNet-5's first
          Conv2D{3, 14, 14, 6, 10, 10, 16, 5, 5, 1, 1, 1, 1, 0, 0, 1},    // and second
          Conv2D{2, 40, 70, 3, 40, 70, 5, 3, 3, 1, 1, 1, 1, 1, 1, 1},     // few filters, wide
          Conv2D{1, 13, 9, 32, 13, 9, 70, 3, 3, 1, 1, 1, 1, 1, 1, 1},     // odd sides
          Conv2D{2, 33, 35, 3, 17, 18, 7, 7, 7, 2, 2, 1, 1, 3, 3, 1}}) {  // strides
        check_against_reference(Case<float>(conv, random));
        check_against_reference(Case<double>(conv, random));
    }
}

TEST_CASE("Neither the sharing of tasks nor the instruction set changes a bit behind a max pooling",
          "[kernels][conv2d][max_pool2d]") {
    Random random(2);
    for (int i = 0; i < 100; ++i) {
        Conv2D conv = random_squares(random);
        conv.batch = random.integer(1, 20);
        const Case<float> c(conv, random);
        std::vector<std::vector<float>> inputs, kernels;
        for (const char* isa : present_isas()) {
            INFO(isa << ": " << text(conv));
            const Table<float>& table = *kernels_for<float>(isa);
            CHECK(same_bits(c.forward(table), c.forward(table, nullptr, serial_context())));
            CHECK(same_bits(c.input_gradient(table), c.input_gradient(table, serial_context())));
            CHECK(same_bits(c.kernel_gradient(table), c.kernel_gradient(table, serial_context())));
            if (!fused(isa)) continue;
            inputs.push_back(c.input_gradient(table));
            kernels.push_back(c.kernel_gradient(table));
            CHECK(same_bits(inputs.back(), inputs.front()));
            CHECK(same_bits(kernels.back(), kernels.front()));
        }
    }
}

TEST_CASE("The first of equal outputs is chosen, and a NaN before any number", "[kernels][max_pool2d]") {
    const float nan = std::numeric_limits<float>::quiet_NaN();
    struct {
        std::vector<float> x;
        Activation activation;
        int choice;
    } const cases[] = {{{1, 1, 1, 1}, Activation::none, 0},     {{1, 2, 2, 0}, Activation::none, 1},
                       {{0, -1, 3, 3}, Activation::relu, 2},    {{-1, -2, -3, -4}, Activation::relu, 0},
                       {{-4, -3, -2, -1}, Activation::relu, 0}, {{1, nan, 5, nan}, Activation::relu, 1}};
    const float kernel = 1;
    const Conv2D conv{1, 2, 2, 1, 2, 2, 1, 1, 1};
    for (const auto& c : cases)
        for (const char* isa : present_isas()) {
            float y = 9;
            uint8_t where = 9;
            kernels_for<float>(isa)->conv2d_max_pool(backward_context(), conv, c.x.data(), &kernel, nullptr,
                                                     c.activation, &y, &where);
            CHECK(int{where} == c.choice);
            const float chosen = c.x[static_cast<size_t>(c.choice)];
            CHECK((std::isnan(chosen)
                       ? std::isnan(y)
                       : y == (c.activation == Activation::relu ? std::max(0.f, chosen) : chosen)));
        }
}

}  // namespace keratin::kernels
