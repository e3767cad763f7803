#include "kernels/conv_families.hpp"
#include "kernels/depthwise.hpp"
#include "kernels/families.hpp"

namespace keratin::kernels::KERATIN_ISA {
namespace {

bool by_winograd(const Conv2D& conv) {
    return conv.batch > 0 && uses_winograd(conv);
}

template <class T>
void forward(const Context& context, const Conv2D& conv, const T* x, const T* kernel, const T* bias,
             Activation activation, T* y) {
    if (by_winograd(conv)) return winograd_forward(context, conv, x, kernel, bias, activation, y);
    if (is_depthwise(conv)) return conv_depthwise(context, conv, x, kernel, bias, activation, y);
    conv_forward(context, conv, x, kernel, bias, activation, y);
}

template <class T>
void input_gradient(const Context& context, const Conv2D& conv, const T* dy, const T* kernel, T* dx,
                    bool accumulate) {
    if (by_winograd(conv)) return winograd_input_gradient(context, conv, dy, kernel, dx, accumulate);
    if (is_depthwise(conv)) return conv_depthwise_input_gradient(context, conv, dy, kernel, dx, accumulate);
    conv_input_gradient(context, conv, dy, kernel, dx, accumulate);
}

template <class T>
void kernel_gradient(const Context& context, const Conv2D& conv, const T* x, const T* dy, T* dkernel,
                     bool accumulate) {
    if (by_winograd(conv)) return winograd_kernel_gradient(context, conv, x, dy, dkernel, accumulate);
    if (is_depthwise(conv)) return conv_depthwise_kernel_gradient(context, conv, x, dy, dkernel, accumulate);
    conv_kernel_gradient(context, conv, x, dy, dkernel, accumulate);
}

template <class T>
void fill_table(Table<T>& table) {
    table.conv2d = forward<T>;
    table.conv2d_input_gradient = input_gradient<T>;
    table.conv2d_kernel_gradient = kernel_gradient<T>;
}

}  // namespace

void fill_conv(Table<float>& table) {
    fill_table(table);
}
void fill_conv(Table<double>& table) {
    fill_table(table);
}

}  // namespace keratin::kernels::KERATIN_ISA
