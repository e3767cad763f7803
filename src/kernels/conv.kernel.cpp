#include "kernels/conv_families.hpp"
#include "kernels/families.hpp"

namespace keratin::kernels::KERATIN_ISA {
namespace {

template <class T>
void fill_table(Table<T>& table) {
    table.conv2d = conv_forward;
    table.conv2d_input_gradient = conv_input_gradient;
    table.conv2d_kernel_gradient = conv_kernel_gradient;
}

}  // namespace

void fill_conv(Table<float>& table) {
    fill_table(table);
}
void fill_conv(Table<double>& table) {
    fill_table(table);
}

}  // namespace keratin::kernels::KERATIN_ISA
