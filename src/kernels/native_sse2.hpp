#pragma once

#include <emmintrin.h>

#include <xsimd/xsimd.hpp>

/// What simd.hpp needs beyond xsimd, for SSE2.
namespace keratin::kernels::KERATIN_ISA {

using Arch = xsimd::sse2;

KERATIN_INLINE __m128 native_load_n(const float* p, int64_t n) {
    if (n >= 4) return _mm_loadu_ps(p);
    if (n < 2) return n == 1 ? _mm_load_ss(p) : _mm_setzero_ps();
    __m128 two = _mm_castsi128_ps(_mm_loadl_epi64(reinterpret_cast<const __m128i*>(p)));
    return n == 2 ? two : _mm_movelh_ps(two, _mm_load_ss(p + 2));
}
KERATIN_INLINE __m128d native_load_n(const double* p, int64_t n) {
    return n == 0 ? _mm_setzero_pd() : n == 1 ? _mm_load_sd(p) : _mm_loadu_pd(p);
}

KERATIN_INLINE __m128 native_load_halves(const float* low, const float* high) {
    return _mm_setr_ps(low[0], low[1], high[0], high[1]);
}
KERATIN_INLINE __m128d native_load_halves(const double* low, const double* high) {
    return _mm_setr_pd(*low, *high);
}
KERATIN_INLINE void native_store_n(float* p, int64_t n, __m128 a) {
    if (n >= 4) return _mm_storeu_ps(p, a);
    if (n >= 2) {
        _mm_storel_epi64(reinterpret_cast<__m128i*>(p), _mm_castps_si128(a));
        p += 2;
        a = _mm_movehl_ps(a, a);
    }
    const float lane = _mm_cvtss_f32(a);
    if (n % 2 == 1) __builtin_memcpy(p, &lane, sizeof lane);
}
KERATIN_INLINE void native_store_n(double* p, int64_t n, __m128d a) {
    if (n >= 2) return _mm_storeu_pd(p, a);
    if (n == 1) _mm_store_sd(p, a);
}

/// The first n lanes, whole numbers in [0, 127], as bytes.
KERATIN_INLINE void native_store_bytes(uint8_t* p, int64_t n, __m128 a) {
    const __m128i whole = _mm_cvttps_epi32(a);
    const __m128i halves = _mm_packs_epi32(whole, whole);
    const int bytes = _mm_cvtsi128_si32(_mm_packus_epi16(halves, halves));
    for (int64_t i = 0; i < n; ++i) p[i] = static_cast<uint8_t>(bytes >> (8 * i));
}

KERATIN_INLINE __m128 native_min(__m128 a, __m128 b) {
    return _mm_min_ps(a, b);
}
KERATIN_INLINE __m128d native_min(__m128d a, __m128d b) {
    return _mm_min_pd(a, b);
}
KERATIN_INLINE __m128 native_max(__m128 a, __m128 b) {
    return _mm_max_ps(a, b);
}
KERATIN_INLINE __m128d native_max(__m128d a, __m128d b) {
    return _mm_max_pd(a, b);
}

KERATIN_INLINE __m128 native_not_equal(__m128 a, __m128 b) {
    return _mm_cmpneq_ps(a, b);
}
KERATIN_INLINE __m128d native_not_equal(__m128d a, __m128d b) {
    return _mm_cmpneq_pd(a, b);
}

KERATIN_INLINE __m128 native_fmadd(__m128 a, __m128 b, __m128 c) {
    return _mm_add_ps(_mm_mul_ps(a, b), c);
}
KERATIN_INLINE __m128d native_fmadd(__m128d a, __m128d b, __m128d c) {
    return _mm_add_pd(_mm_mul_pd(a, b), c);
}

/// Every second lane of a and then of b, from the first or from the second on.
KERATIN_INLINE __m128 native_even(__m128 a, __m128 b) {
    return _mm_shuffle_ps(a, b, 0x88);
}
KERATIN_INLINE __m128 native_odd(__m128 a, __m128 b) {
    return _mm_shuffle_ps(a, b, 0xdd);
}
KERATIN_INLINE __m128d native_even(__m128d a, __m128d b) {
    return _mm_unpacklo_pd(a, b);
}
KERATIN_INLINE __m128d native_odd(__m128d a, __m128d b) {
    return _mm_unpackhi_pd(a, b);
}

KERATIN_INLINE __m128 native_power_of_two(__m128 n) {
    return _mm_castsi128_ps(_mm_slli_epi32(_mm_add_epi32(_mm_cvtps_epi32(n), _mm_set1_epi32(127)), 23));
}

struct NativeSplit {
    __m128 mantissa, exponent;
};
KERATIN_INLINE NativeSplit native_split(__m128 x) {
    const __m128i root_half = _mm_set1_epi32(0x3f3504f3);
    __m128i bits = _mm_sub_epi32(_mm_castps_si128(x), root_half);
    __m128i mantissa = _mm_add_epi32(_mm_and_si128(bits, _mm_set1_epi32(0x007fffff)), root_half);
    return {_mm_castsi128_ps(mantissa), _mm_cvtepi32_ps(_mm_srai_epi32(bits, 23))};
}

KERATIN_INLINE float native_hsum(__m128 a) {
    a = _mm_add_ps(a, _mm_movehl_ps(a, a));
    return _mm_cvtss_f32(_mm_add_ss(a, _mm_shuffle_ps(a, a, 1)));
}
KERATIN_INLINE double native_hsum(__m128d a) {
    return _mm_cvtsd_f64(_mm_add_sd(a, _mm_unpackhi_pd(a, a)));
}

}  // namespace keratin::kernels::KERATIN_ISA
