#include <algorithm>
#include <cmath>

#include "kernels/reference/families.hpp"

namespace keratin::kernels::reference {
namespace {

/// log(sum(exp(x))) of one row, in long double and from the maximum down so that nothing overflows.
template <class T>
long double log_sum_exp(const T* x, int64_t cols) {
    const long double top = static_cast<long double>(*std::max_element(x, x + cols));
    long double sum = 0;
    for (int64_t c = 0; c < cols; ++c) sum += std::exp(static_cast<long double>(x[c]) - top);
    return top + std::log(sum);
}

template <class T>
void log_softmax(const Context&, const T* x, T* y, int64_t rows, int64_t cols) {
    for (int64_t r = 0; r < rows; ++r) {
        const long double total = log_sum_exp(x + r * cols, cols);
        for (int64_t i = r * cols; i < (r + 1) * cols; ++i)
            y[i] = static_cast<T>(static_cast<long double>(x[i]) - total);
    }
}

template <class T>
void softmax(const Context&, const T* x, T* y, int64_t rows, int64_t cols) {
    for (int64_t r = 0; r < rows; ++r) {
        const long double total = log_sum_exp(x + r * cols, cols);
        for (int64_t i = r * cols; i < (r + 1) * cols; ++i)
            y[i] = static_cast<T>(std::exp(static_cast<long double>(x[i]) - total));
    }
}

template <class T>
void softmax_gradient(const Context&, const T* y, const T* dy, T* dx, int64_t rows, int64_t cols) {
    for (int64_t r = 0; r < rows; ++r) {
        long double dot = 0;
        for (int64_t i = r * cols; i < (r + 1) * cols; ++i) dot += static_cast<long double>(y[i]) * dy[i];
        for (int64_t i = r * cols; i < (r + 1) * cols; ++i) dx[i] = static_cast<T>(y[i] * (dy[i] - dot));
    }
}

template <class T>
void log_softmax_gradient(const Context&, const T* y, const T* dy, T* dx, int64_t rows, int64_t cols) {
    for (int64_t r = 0; r < rows; ++r) {
        long double sum = 0;
        for (int64_t i = r * cols; i < (r + 1) * cols; ++i) sum += static_cast<long double>(dy[i]);
        for (int64_t i = r * cols; i < (r + 1) * cols; ++i)
            dx[i] = static_cast<T>(dy[i] - std::exp(static_cast<long double>(y[i])) * sum);
    }
}

template <class T>
void sparse_cross_entropy(const Context&, const T* x, const int64_t* label, T* loss, int64_t rows,
                          int64_t cols) {
    for (int64_t r = 0; r < rows; ++r)
        loss[r] = static_cast<T>(log_sum_exp(x + r * cols, cols) -
                                 static_cast<long double>(x[r * cols + label[r]]));
}

template <class T>
void sparse_cross_entropy_gradient(const Context& context, const T* x, const int64_t* label, const T* dloss,
                                   T* dx, int64_t rows, int64_t cols) {
    softmax(context, x, dx, rows, cols);
    for (int64_t r = 0; r < rows; ++r)
        for (int64_t c = 0; c < cols; ++c)
            dx[r * cols + c] = (dx[r * cols + c] - T(c == label[r])) * dloss[r];
}

}  // namespace

template <class T>
void fill_softmax(Table<T>& table) {
    table.softmax = softmax<T>;
    table.softmax_gradient = softmax_gradient<T>;
    table.log_softmax = log_softmax<T>;
    table.log_softmax_gradient = log_softmax_gradient<T>;
    table.sparse_cross_entropy = sparse_cross_entropy<T>;
    table.sparse_cross_entropy_gradient = sparse_cross_entropy_gradient<T>;
}

template void fill_softmax(Table<float>&);
template void fill_softmax(Table<double>&);

}  // namespace keratin::kernels::reference
