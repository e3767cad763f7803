#include <cmath>

#include "kernels/reference/activate.hpp"
#include "kernels/reference/families.hpp"

namespace keratin::kernels::reference {
namespace {

/// Every element is one chain of fused multiply-adds over k; the vector kernels that have FMA give the same
/// bits.
template <class T>
void gemm(const Context&, const Gemm& g, const T* a, const T* b, const T* bias, Activation activation, T* c) {
    for (int64_t i = 0; i < g.m; ++i) {
        for (int64_t j = 0; j < g.n; ++j) {
            T sum = 0;
            for (int64_t p = 0; p < g.k; ++p) {
                const T left = g.transpose_a ? a[p * g.lda + i] : a[i * g.lda + p];
                const T right = g.transpose_b ? b[j * g.ldb + p] : b[p * g.ldb + j];
                sum = std::fma(left, right, sum);
            }
            if (bias) sum += bias[j];
            T& result = c[i * g.ldc + j];
            result = activate(activation, g.accumulate ? result + sum : sum);
        }
    }
}

}  // namespace

template <class T>
void fill_gemm(Table<T>& table) {
    table.gemm = gemm<T>;
}

template void fill_gemm(Table<float>&);
template void fill_gemm(Table<double>&);

}  // namespace keratin::kernels::reference
