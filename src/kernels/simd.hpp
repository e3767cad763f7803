#pragma once

#include <xsimd/xsimd.hpp>

#include "kernels/native.hpp"

/// The vector types the kernels are written with: xsimd batches, plus what its versions disagree on or lack
/// (true fused multiply-add, partial loads and stores, sums in a fixed order).
namespace keratin::kernels::KERATIN_ISA {

/// The same, but the compiler does not know: else it keeps a pointer for every load of an unrolled loop, and
/// has no registers for them.
template <class T>
KERATIN_INLINE T opaque(T value) {
    asm("" : "+r"(value));
    return value;
}

/// One register of T.
template <class T>
struct Vec {
    using Batch = xsimd::batch<T, Arch>;
    static constexpr int64_t width = static_cast<int64_t>(Batch::size);

    Batch lanes;

    KERATIN_INLINE static Vec load(const T* p) { return {Batch::load_unaligned(p)}; }
    /// The first n of p, 0 <= n <= width, and zeros; reads nothing beyond.
    KERATIN_INLINE static Vec load_n(const T* p, int64_t n) { return {Batch(native_load_n(p, n))}; }
    /// Half the lanes from `low` on, half from `high` on.
    KERATIN_INLINE static Vec load_halves(const T* low, const T* high) {
        return {Batch(native_load_halves(low, high))};
    }
    KERATIN_INLINE static Vec broadcast(T value) { return {Batch(value)}; }
    KERATIN_INLINE static Vec zero() { return {Batch(T(0))}; }
    KERATIN_INLINE void store(T* p) const { lanes.store_unaligned(p); }
    /// Writes the first n lanes, 0 <= n <= width, and touches nothing beyond.
    KERATIN_INLINE void store_n(T* p, int64_t n) const { native_store_n(p, n, lanes); }
};

/// What a comparison of two Vec<T> gives.
template <class T>
struct Mask {
    using Lanes = xsimd::batch_bool<T, Arch>;

    Lanes lanes;
};

template <class T>
KERATIN_INLINE Vec<T> operator+(Vec<T> a, Vec<T> b) {
    return {a.lanes + b.lanes};
}
template <class T>
KERATIN_INLINE Vec<T> operator-(Vec<T> a, Vec<T> b) {
    return {a.lanes - b.lanes};
}
template <class T>
KERATIN_INLINE Vec<T> operator*(Vec<T> a, Vec<T> b) {
    return {a.lanes * b.lanes};
}
template <class T>
KERATIN_INLINE Vec<T> operator/(Vec<T> a, Vec<T> b) {
    return {a.lanes / b.lanes};
}
template <class T>
KERATIN_INLINE Vec<T> operator&(Vec<T> a, Vec<T> b) {
    return {a.lanes & b.lanes};
}
template <class T>
KERATIN_INLINE Vec<T> operator|(Vec<T> a, Vec<T> b) {
    return {a.lanes | b.lanes};
}
template <class T>
KERATIN_INLINE Vec<T> operator^(Vec<T> a, Vec<T> b) {
    return {a.lanes ^ b.lanes};
}

// A comparison with NaN is false, except !=.
template <class T>
KERATIN_INLINE Mask<T> operator<(Vec<T> a, Vec<T> b) {
    return {a.lanes < b.lanes};
}
template <class T>
KERATIN_INLINE Mask<T> operator<=(Vec<T> a, Vec<T> b) {
    return {a.lanes <= b.lanes};
}
template <class T>
KERATIN_INLINE Mask<T> operator>(Vec<T> a, Vec<T> b) {
    return {b.lanes < a.lanes};
}
template <class T>
KERATIN_INLINE Mask<T> operator>=(Vec<T> a, Vec<T> b) {
    return {b.lanes <= a.lanes};
}
template <class T>
KERATIN_INLINE Mask<T> operator==(Vec<T> a, Vec<T> b) {
    return {a.lanes == b.lanes};
}
template <class T>
KERATIN_INLINE Mask<T> operator!=(Vec<T> a, Vec<T> b) {
    return {typename Mask<T>::Lanes(native_not_equal(a.lanes, b.lanes))};
}
template <class T>
KERATIN_INLINE Mask<T> is_nan(Vec<T> a) {
    return a != a;
}

template <class T>
KERATIN_INLINE Mask<T> operator&(Mask<T> a, Mask<T> b) {
    return {a.lanes & b.lanes};
}
template <class T>
KERATIN_INLINE Mask<T> operator|(Mask<T> a, Mask<T> b) {
    return {a.lanes | b.lanes};
}

/// a where the mask holds, b elsewhere.
template <class T>
KERATIN_INLINE Vec<T> select(Mask<T> mask, Vec<T> a, Vec<T> b) {
    return {xsimd::select(mask.lanes, a.lanes, b.lanes)};
}

/// a < b ? a : b, so b when either is NaN.
template <class T>
KERATIN_INLINE Vec<T> min(Vec<T> a, Vec<T> b) {
    return {typename Vec<T>::Batch(native_min(a.lanes, b.lanes))};
}
/// a > b ? a : b, so b when either is NaN.
template <class T>
KERATIN_INLINE Vec<T> max(Vec<T> a, Vec<T> b) {
    return {typename Vec<T>::Batch(native_max(a.lanes, b.lanes))};
}

/// a * b + c: one rounding on avx2 and avx512, two on sse2.
template <class T>
KERATIN_INLINE Vec<T> fmadd(Vec<T> a, Vec<T> b, Vec<T> c) {
    return {typename Vec<T>::Batch(native_fmadd(a.lanes, b.lanes, c.lanes))};
}

template <class T>
KERATIN_INLINE Vec<T> sqrt(Vec<T> a) {
    return {xsimd::sqrt(a.lanes)};
}

template <class T>
KERATIN_INLINE Vec<T> sign_bits(Vec<T> a) {
    return a & Vec<T>::broadcast(T(-0.0));
}
template <class T>
KERATIN_INLINE Vec<T> abs(Vec<T> a) {
    return a ^ sign_bits(a);
}
template <class T>
KERATIN_INLINE Vec<T> negate(Vec<T> a) {
    return a ^ Vec<T>::broadcast(T(-0.0));
}
/// The size of a (not negative) with the sign of b.
template <class T>
KERATIN_INLINE Vec<T> with_sign(Vec<T> a, Vec<T> b) {
    return a | sign_bits(b);
}

/// 2^n for whole n in [-126, 127].
KERATIN_INLINE Vec<float> power_of_two(Vec<float> n) {
    return {Vec<float>::Batch(native_power_of_two(n.lanes))};
}

/// x = mantissa * 2^exponent with mantissa in [sqrt(1/2), sqrt(2)), for normal x > 0.
struct Split {
    Vec<float> mantissa, exponent;
};
KERATIN_INLINE Split split(Vec<float> x) {
    NativeSplit parts = native_split(x.lanes);
    return {{Vec<float>::Batch(parts.mantissa)}, {Vec<float>::Batch(parts.exponent)}};
}

/// The first n lanes, whole numbers in [0, 127], as bytes.
KERATIN_INLINE void store_bytes(Vec<float> a, uint8_t* p, int64_t n) {
    native_store_bytes(p, n, a.lanes);
}
KERATIN_INLINE void store_bytes(Vec<double> a, uint8_t* p, int64_t n) {
    double lanes[Vec<double>::width];
    a.store(lanes);
    for (int64_t i = 0; i < n; ++i) p[i] = static_cast<uint8_t>(lanes[i]);
}

/// Every second lane of a and then of b, from the first on.
template <class T>
KERATIN_INLINE Vec<T> even_lanes(Vec<T> a, Vec<T> b) {
    return {typename Vec<T>::Batch(native_even(a.lanes, b.lanes))};
}
/// The others.
template <class T>
KERATIN_INLINE Vec<T> odd_lanes(Vec<T> a, Vec<T> b) {
    return {typename Vec<T>::Batch(native_odd(a.lanes, b.lanes))};
}

/// The sum of all lanes: the halves are added until one lane is left.
template <class T>
KERATIN_INLINE T hsum(Vec<T> a) {
    return native_hsum(a.lanes);
}

}  // namespace keratin::kernels::KERATIN_ISA
