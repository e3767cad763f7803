#pragma once

#include <immintrin.h>

#include <xsimd/xsimd.hpp>

/// What simd.hpp needs beyond xsimd, for AVX-512 (F, CD, DQ, BW, VL).
namespace keratin::kernels::KERATIN_ISA {

using Arch = xsimd::avx512bw;

KERATIN_INLINE __mmask16 native_first_floats(int64_t n) {
    return static_cast<__mmask16>((1u << n) - 1);
}
KERATIN_INLINE __mmask8 native_first_doubles(int64_t n) {
    return static_cast<__mmask8>((1u << n) - 1);
}

KERATIN_INLINE __m512 native_load_n(const float* p, int64_t n) {
    return _mm512_maskz_loadu_ps(native_first_floats(n), p);
}
KERATIN_INLINE __m512d native_load_n(const double* p, int64_t n) {
    return _mm512_maskz_loadu_pd(native_first_doubles(n), p);
}
KERATIN_INLINE __m512 native_load_halves(const float* low, const float* high) {
    return _mm512_insertf32x8(_mm512_castps256_ps512(_mm256_loadu_ps(low)), _mm256_loadu_ps(high), 1);
}
KERATIN_INLINE __m512d native_load_halves(const double* low, const double* high) {
    return _mm512_insertf64x4(_mm512_castpd256_pd512(_mm256_loadu_pd(low)), _mm256_loadu_pd(high), 1);
}
KERATIN_INLINE void native_store_n(float* p, int64_t n, __m512 a) {
    _mm512_mask_storeu_ps(p, native_first_floats(n), a);
}
KERATIN_INLINE void native_store_n(double* p, int64_t n, __m512d a) {
    _mm512_mask_storeu_pd(p, native_first_doubles(n), a);
}

/// The first n lanes, whole numbers in [0, 127], as bytes.
KERATIN_INLINE void native_store_bytes(uint8_t* p, int64_t n, __m512 a) {
    _mm_mask_storeu_epi8(p, native_first_floats(n), _mm512_cvtepi32_epi8(_mm512_cvttps_epi32(a)));
}

KERATIN_INLINE __m512 native_min(__m512 a, __m512 b) {
    return _mm512_min_ps(a, b);
}
KERATIN_INLINE __m512d native_min(__m512d a, __m512d b) {
    return _mm512_min_pd(a, b);
}
KERATIN_INLINE __m512 native_max(__m512 a, __m512 b) {
    return _mm512_max_ps(a, b);
}
KERATIN_INLINE __m512d native_max(__m512d a, __m512d b) {
    return _mm512_max_pd(a, b);
}

KERATIN_INLINE __mmask16 native_not_equal(__m512 a, __m512 b) {
    return _mm512_cmp_ps_mask(a, b, _CMP_NEQ_UQ);
}
KERATIN_INLINE __mmask8 native_not_equal(__m512d a, __m512d b) {
    return _mm512_cmp_pd_mask(a, b, _CMP_NEQ_UQ);
}

KERATIN_INLINE __m512 native_fmadd(__m512 a, __m512 b, __m512 c) {
    return _mm512_fmadd_ps(a, b, c);
}
KERATIN_INLINE __m512d native_fmadd(__m512d a, __m512d b, __m512d c) {
    return _mm512_fmadd_pd(a, b, c);
}

/// Every second lane of a and then of b, from the first or from the second on.
KERATIN_INLINE __m512 native_even(__m512 a, __m512 b) {
    return _mm512_permutex2var_ps(
        a, _mm512_setr_epi32(0, 2, 4, 6, 8, 10, 12, 14, 16, 18, 20, 22, 24, 26, 28, 30), b);
}
KERATIN_INLINE __m512 native_odd(__m512 a, __m512 b) {
    return _mm512_permutex2var_ps(
        a, _mm512_setr_epi32(1, 3, 5, 7, 9, 11, 13, 15, 17, 19, 21, 23, 25, 27, 29, 31), b);
}
KERATIN_INLINE __m512d native_even(__m512d a, __m512d b) {
    return _mm512_permutex2var_pd(a, _mm512_setr_epi64(0, 2, 4, 6, 8, 10, 12, 14), b);
}
KERATIN_INLINE __m512d native_odd(__m512d a, __m512d b) {
    return _mm512_permutex2var_pd(a, _mm512_setr_epi64(1, 3, 5, 7, 9, 11, 13, 15), b);
}

KERATIN_INLINE __m512 native_power_of_two(__m512 n) {
    return _mm512_castsi512_ps(
        _mm512_slli_epi32(_mm512_add_epi32(_mm512_cvtps_epi32(n), _mm512_set1_epi32(127)), 23));
}

struct NativeSplit {
    __m512 mantissa, exponent;
};
KERATIN_INLINE NativeSplit native_split(__m512 x) {
    const __m512i root_half = _mm512_set1_epi32(0x3f3504f3);
    __m512i bits = _mm512_sub_epi32(_mm512_castps_si512(x), root_half);
    __m512i mantissa = _mm512_add_epi32(_mm512_and_si512(bits, _mm512_set1_epi32(0x007fffff)), root_half);
    return {_mm512_castsi512_ps(mantissa), _mm512_cvtepi32_ps(_mm512_srai_epi32(bits, 23))};
}

KERATIN_INLINE float native_hsum(__m512 a) {
    __m256 half = _mm256_add_ps(_mm512_castps512_ps256(a), _mm512_extractf32x8_ps(a, 1));
    __m128 sum = _mm_add_ps(_mm256_castps256_ps128(half), _mm256_extractf128_ps(half, 1));
    sum = _mm_add_ps(sum, _mm_movehl_ps(sum, sum));
    return _mm_cvtss_f32(_mm_add_ss(sum, _mm_shuffle_ps(sum, sum, 1)));
}
KERATIN_INLINE double native_hsum(__m512d a) {
    __m256d half = _mm256_add_pd(_mm512_castpd512_pd256(a), _mm512_extractf64x4_pd(a, 1));
    __m128d sum = _mm_add_pd(_mm256_castpd256_pd128(half), _mm256_extractf128_pd(half, 1));
    return _mm_cvtsd_f64(_mm_add_sd(sum, _mm_unpackhi_pd(sum, sum)));
}

}  // namespace keratin::kernels::KERATIN_ISA
