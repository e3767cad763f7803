#include "kernels/families.hpp"

namespace keratin::kernels::KERATIN_ISA {
namespace {

template <class T>
void fill_all(Table<T>& table) {
    fill_gemm(table);
    fill_conv(table);
    fill_conv_max_pool(table);
    fill_elementwise(table);
    fill_reduce(table);
    fill_pool(table);
    fill_normalize(table);
    fill_softmax(table);
    fill_optimizer(table);
    fill_data(table);
}

}  // namespace

void fill(Table<float>& table) {
    fill_all(table);
}
void fill(Table<double>& table) {
    fill_all(table);
}

}  // namespace keratin::kernels::KERATIN_ISA
