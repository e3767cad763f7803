#include "kernels/reference/families.hpp"

namespace keratin::kernels {
namespace {

template <class T>
Table<T> make() {
    Table<T> table{};
    reference::fill_gemm(table);
    reference::fill_conv(table);
    reference::fill_conv_max_pool(table);
    reference::fill_elementwise(table);
    reference::fill_reduce(table);
    reference::fill_pool(table);
    reference::fill_normalize(table);
    reference::fill_softmax(table);
    reference::fill_optimizer(table);
    reference::fill_data(table);
    return table;
}

}  // namespace

template <class T>
[[gnu::visibility("default")]] const Table<T>& reference_kernels() {
    static const Table<T> table = make<T>();
    return table;
}

template const Table<float>& reference_kernels<float>();
template const Table<double>& reference_kernels<double>();

}  // namespace keratin::kernels
