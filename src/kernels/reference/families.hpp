#pragma once

#include "kernels/kernels.hpp"

/// The naive loops of each family; <family>.cpp instantiates its function for float and double.
namespace keratin::kernels::reference {

template <class T>
void fill_gemm(Table<T>&);
template <class T>
void fill_conv(Table<T>&);
template <class T>
void fill_conv_max_pool(Table<T>&);
template <class T>
void fill_elementwise(Table<T>&);
template <class T>
void fill_reduce(Table<T>&);
template <class T>
void fill_pool(Table<T>&);
template <class T>
void fill_normalize(Table<T>&);
template <class T>
void fill_softmax(Table<T>&);
template <class T>
void fill_optimizer(Table<T>&);
template <class T>
void fill_data(Table<T>&);

}  // namespace keratin::kernels::reference
