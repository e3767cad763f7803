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
