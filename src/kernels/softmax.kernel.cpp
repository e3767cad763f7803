#include "kernels/families.hpp"
#include "kernels/math.hpp"
#include "kernels/parallel.hpp"
#include "kernels/row_reduce.hpp"

namespace keratin::kernels::KERATIN_ISA {
namespace {

constexpr int64_t dear = 24, cheap = 4;

/// y = f(x...) over one row.
template <class T, class F, class... X>
KERATIN_INLINE void map_row(T* y, int64_t n, const F& f, const X*... x) {
    using V = Vec<T>;
    int64_t i = 0;
    for (; i + V::width <= n; i += V::width) f(V::load(x + i)...).store(y + i);
    if (i < n) f(V::load_n(x + i, n - i)...).store_n(y + i, n - i);
}

/// The sum of f(x...) over one row, in the order of 64-byte stripes; f of the lanes past the end does not
/// count.
template <class T, class F, class... X>
KERATIN_INLINE T sum_row(int64_t n, const F& f, const X*... x) {
    using V = Vec<T>;
    Wide<T> sum = Wide<T>::broadcast(0);
    int64_t i = 0;
    for (; i + Wide<T>::width <= n; i += Wide<T>::width) {
        for (int k = 0; k < Wide<T>::count; ++k)
            sum.part[k] = sum.part[k] + f(V::load(x + i + k * V::width)...);
    }
    if (i < n) {
        T rest[Wide<T>::width] = {};
        map_row(rest, n - i, f, (x + i)...);
        sum = sum + Wide<T>::load(rest);
    }
    return hsum(sum);
}

/// log(x) with the bits of the vector function.
template <class T>
KERATIN_INLINE T log_of(T x) {
    T lanes[Vec<T>::width];
    log(Vec<T>::broadcast(x)).store(lanes);
    return lanes[0];
}

/// What the logarithm of softmax subtracts: x - top - log_total.
template <class T>
struct Total {
    T top, log_total;
};
template <class T>
KERATIN_INLINE Total<T> total_of(const T* x, int64_t cols) {
    const T top = reduce_row<Max<T>>(x, cols);
    const Vec<T> shift = Vec<T>::broadcast(top);
    return {top, log_of(sum_row<T>(
                     cols, [=](Vec<T> v) { return exp(v - shift); }, x))};
}

template <class T>
KERATIN_INLINE void softmax_row(const T* x, T* y, int64_t cols) {
    using V = Vec<T>;
    const V top = V::broadcast(reduce_row<Max<T>>(x, cols));
    map_row(
        y, cols, [=](V v) { return exp(v - top); }, x);
    const V sum = V::broadcast(sum_row<T>(
        cols, [](V v) { return v; }, y));
    map_row(
        y, cols, [=](V v) { return v / sum; }, y);
}

template <class T, class Body>
KERATIN_INLINE void for_rows(const Context& context, int64_t work, int64_t rows, int64_t cols,
                             const Body& body) {
    parallel_rows(context, rows, cols, work, [&](int64_t begin, int64_t end) {
        for (int64_t r = begin; r < end; ++r) body(r, r * cols);
    });
}

template <class T>
void softmax(const Context& context, const T* x, T* y, int64_t rows, int64_t cols) {
    for_rows<T>(context, dear, rows, cols, [=](int64_t, int64_t at) { softmax_row(x + at, y + at, cols); });
}

template <class T>
void softmax_gradient(const Context& context, const T* y, const T* dy, T* dx, int64_t rows, int64_t cols) {
    using V = Vec<T>;
    for_rows<T>(context, cheap, rows, cols, [=](int64_t, int64_t at) {
        const V dot = V::broadcast(sum_row<T>(
            cols, [](V p, V g) { return p * g; }, y + at, dy + at));
        map_row(
            dx + at, cols, [=](V p, V g) { return p * (g - dot); }, y + at, dy + at);
    });
}

template <class T>
void log_softmax(const Context& context, const T* x, T* y, int64_t rows, int64_t cols) {
    using V = Vec<T>;
    for_rows<T>(context, dear, rows, cols, [=](int64_t, int64_t at) {
        const Total<T> total = total_of(x + at, cols);
        const V top = V::broadcast(total.top), log_total = V::broadcast(total.log_total);
        map_row(
            y + at, cols, [=](V v) { return v - top - log_total; }, x + at);
    });
}

template <class T>
void log_softmax_gradient(const Context& context, const T* y, const T* dy, T* dx, int64_t rows,
                          int64_t cols) {
    using V = Vec<T>;
    for_rows<T>(context, dear, rows, cols, [=](int64_t, int64_t at) {
        const V sum = V::broadcast(sum_row<T>(
            cols, [](V g) { return g; }, dy + at));
        map_row(
            dx + at, cols, [=](V l, V g) { return g - exp(l) * sum; }, y + at, dy + at);
    });
}

template <class T>
void sparse_cross_entropy(const Context& context, const T* x, const int64_t* label, T* loss, int64_t rows,
                          int64_t cols) {
    for_rows<T>(context, dear, rows, cols, [=](int64_t r, int64_t at) {
        const Total<T> total = total_of(x + at, cols);
        loss[r] = total.log_total - (x[at + label[r]] - total.top);
    });
}

template <class T>
void sparse_cross_entropy_gradient(const Context& context, const T* x, const int64_t* label, const T* dloss,
                                   T* dx, int64_t rows, int64_t cols) {
    using V = Vec<T>;
    for_rows<T>(context, dear, rows, cols, [=](int64_t r, int64_t at) {
        softmax_row(x + at, dx + at, cols);
        dx[at + label[r]] -= T(1);
        const V scale = V::broadcast(dloss[r]);
        map_row(
            dx + at, cols, [=](V v) { return v * scale; }, dx + at);
    });
}

template <class T>
void fill_table(Table<T>& table) {
    table.softmax = softmax<T>;
    table.softmax_gradient = softmax_gradient<T>;
    table.log_softmax = log_softmax<T>;
    table.log_softmax_gradient = log_softmax_gradient<T>;
    table.sparse_cross_entropy = sparse_cross_entropy<T>;
    table.sparse_cross_entropy_gradient = sparse_cross_entropy_gradient<T>;
}

}  // namespace

void fill_softmax(Table<float>& table) {
    fill_table(table);
}
void fill_softmax(Table<double>& table) {
    fill_table(table);
}

}  // namespace keratin::kernels::KERATIN_ISA
