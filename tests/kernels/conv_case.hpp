#pragma once

#include <vector>

#include "kernels/conv_shapes.hpp"

namespace keratin::kernels::testing {

/// The numbers of a convolution, and its three results by any table.
template <class T>
struct ConvCase {
    Conv2D conv;
    std::vector<T> x, kernel, bias, dy;
    bool with_bias;
    Activation activation;
    bool accumulate;

    ConvCase(const Conv2D& shape, Random& random)
        : conv(shape),
          x(random.numbers<T>(elements_x(shape))),
          kernel(random.numbers<T>(elements_kernel(shape))),
          bias(random.numbers<T>(shape.out_c)),
          dy(random.numbers<T>(elements_y(shape))),
          with_bias(random.coin()),
          activation(
              random.pick({Activation::none, Activation::relu, Activation::tanh, Activation::sigmoid})),
          accumulate(random.coin()) {}

    std::vector<T> forward(const Table<T>& table, Activation act,
                           const Context& context = backward_context()) const {
        std::vector<T> y(dy.size(), T(7));
        table.conv2d(context, conv, x.data(), kernel.data(), with_bias ? bias.data() : nullptr, act,
                     y.data());
        return y;
    }
    std::vector<T> input_gradient(const Table<T>& table, const Context& context = backward_context()) const {
        std::vector<T> dx(x.size(), T(0.5));
        table.conv2d_input_gradient(context, conv, dy.data(), kernel.data(), dx.data(), accumulate);
        return dx;
    }
    std::vector<T> kernel_gradient(const Table<T>& table, const Context& context = backward_context()) const {
        std::vector<T> dkernel(kernel.size(), T(0.5));
        table.conv2d_kernel_gradient(context, conv, x.data(), dy.data(), dkernel.data(), accumulate);
        return dkernel;
    }
};

}  // namespace keratin::kernels::testing
