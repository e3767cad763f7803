#pragma once

#include <cstddef>
#include <cstdint>

/// Everything a kernel file calls is inlined, so that no function compiled for a newer machine can be picked
/// by the linker for an older one.
#define KERATIN_INLINE [[gnu::always_inline]] inline
/// The same for a lambda, after its parameters.
#define KERATIN_INLINE_BODY __attribute__((always_inline))

#if defined(__AVX512F__)
#include "kernels/native_avx512.hpp"
#elif defined(__AVX2__)
#include "kernels/native_avx2.hpp"
#else
#include "kernels/native_sse2.hpp"
#endif

namespace keratin::kernels::KERATIN_ISA {

/// to[i][j] = from[j][i] for i, j < 4; rows are `ld` and `step` apart.
KERATIN_INLINE void native_transpose_square(const float* from, int64_t ld, float* to, int64_t step) {
    __m128 a = _mm_loadu_ps(from), b = _mm_loadu_ps(from + ld);
    __m128 c = _mm_loadu_ps(from + 2 * ld), d = _mm_loadu_ps(from + 3 * ld);
    _MM_TRANSPOSE4_PS(a, b, c, d);
    _mm_storeu_ps(to, a);
    _mm_storeu_ps(to + step, b);
    _mm_storeu_ps(to + 2 * step, c);
    _mm_storeu_ps(to + 3 * step, d);
}
KERATIN_INLINE void native_transpose_square(const double* from, int64_t ld, double* to, int64_t step) {
    for (int64_t i = 0; i < 4; ++i)
        for (int64_t j = 0; j < 4; ++j) to[i * step + j] = from[j * ld + i];
}

}  // namespace keratin::kernels::KERATIN_ISA
