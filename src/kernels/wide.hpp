#pragma once

#include "kernels/simd.hpp"

namespace keratin::kernels::KERATIN_ISA {

/// 64 bytes of T on every instruction set, so that a sum over its lanes has the same order, and thus the same
/// bits, whatever the width of a register.
template <class T>
struct Wide {
    static constexpr int64_t width = 64 / static_cast<int64_t>(sizeof(T));
    static constexpr int count = static_cast<int>(width / Vec<T>::width);

    Vec<T> part[count];

    KERATIN_INLINE static Wide broadcast(T value) {
        Wide result;
        for (int i = 0; i < count; ++i) result.part[i] = Vec<T>::broadcast(value);
        return result;
    }
    KERATIN_INLINE static Wide load(const T* p) {
        Wide result;
        for (int i = 0; i < count; ++i) result.part[i] = Vec<T>::load(p + i * Vec<T>::width);
        return result;
    }
    KERATIN_INLINE static Wide load_n(const T* p, int64_t n) {
        Wide result;
        for (int i = 0; i < count; ++i) result.part[i] = load_part(p, n, i * Vec<T>::width);
        return result;
    }
    KERATIN_INLINE void store(T* p) const {
        for (int i = 0; i < count; ++i) part[i].store(p + i * Vec<T>::width);
    }

private:
    KERATIN_INLINE static Vec<T> load_part(const T* p, int64_t n, int64_t first) {
        if (n <= first) return Vec<T>::zero();
        return n - first >= Vec<T>::width ? Vec<T>::load(p + first) : Vec<T>::load_n(p + first, n - first);
    }
};

template <class T>
KERATIN_INLINE Wide<T> operator+(Wide<T> a, Wide<T> b) {
    for (int i = 0; i < Wide<T>::count; ++i) a.part[i] = a.part[i] + b.part[i];
    return a;
}

template <class T>
KERATIN_INLINE T hsum(Wide<T> a) {
    for (int n = Wide<T>::count / 2; n > 0; n /= 2)
        for (int i = 0; i < n; ++i) a.part[i] = a.part[i] + a.part[i + n];
    return hsum(a.part[0]);
}

}  // namespace keratin::kernels::KERATIN_ISA
