#include <cmath>
#include <limits>

#include "kernels/reference/families.hpp"

namespace keratin::kernels::reference {
namespace {

template <class T>
T combine(Reduce op, T a, T b) {
    if (op == Reduce::sum) return a + b;
    if (std::isnan(a) || std::isnan(b)) return std::numeric_limits<T>::quiet_NaN();
    return (op == Reduce::max) == (a > b) ? a : b;
}

template <class T>
void reduce(const Context&, Reduce op, const T* x, T* y, int64_t outer, int64_t n, int64_t inner) {
    const T infinity = std::numeric_limits<T>::infinity();
    const T nothing = op == Reduce::sum ? T(0) : op == Reduce::max ? -infinity : infinity;
    for (int64_t o = 0; o < outer; ++o) {
        for (int64_t i = 0; i < inner; ++i) {
            T result = nothing;
            for (int64_t k = 0; k < n; ++k) result = combine(op, result, x[(o * n + k) * inner + i]);
            y[o * inner + i] = result;
        }
    }
}

/// As in NumPy the first NaN wins over every number.
template <class T>
void argmax(const Context&, const T* x, int64_t* y, int64_t outer, int64_t n, int64_t inner) {
    for (int64_t o = 0; o < outer; ++o) {
        for (int64_t i = 0; i < inner; ++i) {
            const T* column = x + o * n * inner + i;
            int64_t best = 0;
            for (int64_t k = 1; k < n; ++k) {
                const T here = column[k * inner], there = column[best * inner];
                if (here > there || (std::isnan(here) && !std::isnan(there))) best = k;
            }
            y[o * inner + i] = best;
        }
    }
}

}  // namespace

template <class T>
void fill_reduce(Table<T>& table) {
    table.reduce = reduce<T>;
    table.argmax = argmax<T>;
}

template void fill_reduce(Table<float>&);
template void fill_reduce(Table<double>&);

}  // namespace keratin::kernels::reference
