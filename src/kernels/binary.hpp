#pragma once

#include "kernels/kernels.hpp"

namespace keratin::kernels::KERATIN_ISA {

/// The entries `binary` and `compare` of the elementwise family.
void fill_binary(Table<float>&);
void fill_binary(Table<double>&);

}  // namespace keratin::kernels::KERATIN_ISA
