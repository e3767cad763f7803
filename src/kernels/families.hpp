#pragma once

#include "kernels/kernels.hpp"

/// The kernel families of one instruction set: <family>.kernel.cpp is compiled once per instruction set, with
/// KERATIN_ISA naming it, and fills its own entries of that table.
namespace keratin::kernels::KERATIN_ISA {

/// The whole table: every family below.
void fill(Table<float>&);
void fill(Table<double>&);

void fill_gemm(Table<float>&);
void fill_gemm(Table<double>&);
void fill_conv(Table<float>&);
void fill_conv(Table<double>&);
void fill_conv_max_pool(Table<float>&);
void fill_conv_max_pool(Table<double>&);
void fill_elementwise(Table<float>&);
void fill_elementwise(Table<double>&);
void fill_reduce(Table<float>&);
void fill_reduce(Table<double>&);
void fill_pool(Table<float>&);
void fill_pool(Table<double>&);
void fill_normalize(Table<float>&);
void fill_normalize(Table<double>&);
void fill_softmax(Table<float>&);
void fill_softmax(Table<double>&);
void fill_optimizer(Table<float>&);
void fill_optimizer(Table<double>&);
void fill_data(Table<float>&);
void fill_data(Table<double>&);

}  // namespace keratin::kernels::KERATIN_ISA
