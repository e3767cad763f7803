#pragma once

#include <immintrin.h>

#include <xsimd/xsimd.hpp>

/// What simd.hpp needs beyond xsimd, for AVX2 with FMA.
namespace keratin::kernels::KERATIN_ISA {

using Arch = xsimd::fma3<xsimd::avx2>;

KERATIN_INLINE __m256i native_first_floats(int64_t n) {
    return _mm256_cmpgt_epi32(_mm256_set1_epi32(static_cast<int>(n)),
                              _mm256_setr_epi32(0, 1, 2, 3, 4, 5, 6, 7));
}
KERATIN_INLINE __m256i native_first_doubles(int64_t n) {
    return _mm256_cmpgt_epi64(_mm256_set1_epi64x(n), _mm256_setr_epi64x(0, 1, 2, 3));
}

KERATIN_INLINE __m256 native_load_n(const float* p, int64_t n) {
    return _mm256_maskload_ps(p, native_first_floats(n));
}
KERATIN_INLINE __m256d native_load_n(const double* p, int64_t n) {
    return _mm256_maskload_pd(p, native_first_doubles(n));
}
KERATIN_INLINE __m256 native_load_halves(const float* low, const float* high) {
    return _mm256_insertf128_ps(_mm256_castps128_ps256(_mm_loadu_ps(low)), _mm_loadu_ps(high), 1);
}
KERATIN_INLINE __m256d native_load_halves(const double* low, const double* high) {
    return _mm256_insertf128_pd(_mm256_castpd128_pd256(_mm_loadu_pd(low)), _mm_loadu_pd(high), 1);
}
KERATIN_INLINE void native_store_n(float* p, int64_t n, __m256 a) {
    _mm256_maskstore_ps(p, native_first_floats(n), a);
}
KERATIN_INLINE void native_store_n(double* p, int64_t n, __m256d a) {
    _mm256_maskstore_pd(p, native_first_doubles(n), a);
}

/// The first n lanes, whole numbers in [0, 127], as bytes.
KERATIN_INLINE void native_store_bytes(uint8_t* p, int64_t n, __m256 a) {
    const __m256i whole = _mm256_cvttps_epi32(a);
    const __m128i halves = _mm_packs_epi32(_mm256_castsi256_si128(whole), _mm256_extracti128_si256(whole, 1));
    const int64_t bytes = _mm_cvtsi128_si64(_mm_packus_epi16(halves, halves));
    for (int64_t i = 0; i < n; ++i) p[i] = static_cast<uint8_t>(bytes >> (8 * i));
}

KERATIN_INLINE __m256 native_min(__m256 a, __m256 b) {
    return _mm256_min_ps(a, b);
}
KERATIN_INLINE __m256d native_min(__m256d a, __m256d b) {
    return _mm256_min_pd(a, b);
}
KERATIN_INLINE __m256 native_max(__m256 a, __m256 b) {
    return _mm256_max_ps(a, b);
}
KERATIN_INLINE __m256d native_max(__m256d a, __m256d b) {
    return _mm256_max_pd(a, b);
}

KERATIN_INLINE __m256 native_not_equal(__m256 a, __m256 b) {
    return _mm256_cmp_ps(a, b, _CMP_NEQ_UQ);
}
KERATIN_INLINE __m256d native_not_equal(__m256d a, __m256d b) {
    return _mm256_cmp_pd(a, b, _CMP_NEQ_UQ);
}

KERATIN_INLINE __m256 native_fmadd(__m256 a, __m256 b, __m256 c) {
    return _mm256_fmadd_ps(a, b, c);
}
KERATIN_INLINE __m256d native_fmadd(__m256d a, __m256d b, __m256d c) {
    return _mm256_fmadd_pd(a, b, c);
}

/// Every second lane of a and then of b, from the first or from the second on.
KERATIN_INLINE __m256 native_even(__m256 a, __m256 b) {
    return _mm256_castpd_ps(_mm256_permute4x64_pd(_mm256_castps_pd(_mm256_shuffle_ps(a, b, 0x88)), 0xd8));
}
KERATIN_INLINE __m256 native_odd(__m256 a, __m256 b) {
    return _mm256_castpd_ps(_mm256_permute4x64_pd(_mm256_castps_pd(_mm256_shuffle_ps(a, b, 0xdd)), 0xd8));
}
KERATIN_INLINE __m256d native_even(__m256d a, __m256d b) {
    return _mm256_permute4x64_pd(_mm256_unpacklo_pd(a, b), 0xd8);
}
KERATIN_INLINE __m256d native_odd(__m256d a, __m256d b) {
    return _mm256_permute4x64_pd(_mm256_unpackhi_pd(a, b), 0xd8);
}

KERATIN_INLINE __m256 native_power_of_two(__m256 n) {
    return _mm256_castsi256_ps(
        _mm256_slli_epi32(_mm256_add_epi32(_mm256_cvtps_epi32(n), _mm256_set1_epi32(127)), 23));
}

struct NativeSplit {
    __m256 mantissa, exponent;
};
KERATIN_INLINE NativeSplit native_split(__m256 x) {
    const __m256i root_half = _mm256_set1_epi32(0x3f3504f3);
    __m256i bits = _mm256_sub_epi32(_mm256_castps_si256(x), root_half);
    __m256i mantissa = _mm256_add_epi32(_mm256_and_si256(bits, _mm256_set1_epi32(0x007fffff)), root_half);
    return {_mm256_castsi256_ps(mantissa), _mm256_cvtepi32_ps(_mm256_srai_epi32(bits, 23))};
}

KERATIN_INLINE float native_hsum(__m256 a) {
    __m128 sum = _mm_add_ps(_mm256_castps256_ps128(a), _mm256_extractf128_ps(a, 1));
    sum = _mm_add_ps(sum, _mm_movehl_ps(sum, sum));
    return _mm_cvtss_f32(_mm_add_ss(sum, _mm_shuffle_ps(sum, sum, 1)));
}
KERATIN_INLINE double native_hsum(__m256d a) {
    __m128d sum = _mm_add_pd(_mm256_castpd256_pd128(a), _mm256_extractf128_pd(a, 1));
    return _mm_cvtsd_f64(_mm_add_sd(sum, _mm_unpackhi_pd(sum, sum)));
}

}  // namespace keratin::kernels::KERATIN_ISA
