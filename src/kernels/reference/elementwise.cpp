#include <cmath>

#include "kernels/reference/families.hpp"

namespace keratin::kernels::reference {
namespace {

template <class T>
T apply(Unary op, T x) {
    switch (op) {
        case Unary::negative:
            return -x;
        case Unary::exp:
            return std::exp(x);
        case Unary::log:
            return std::log(x);
        case Unary::sqrt:
            return std::sqrt(x);
        case Unary::rsqrt:
            return T(1) / std::sqrt(x);
        case Unary::square:
            return x * x;
        case Unary::abs:
            return std::abs(x);
        case Unary::sign:
            return std::isnan(x) ? x : T(x > 0) - T(x < 0);
        case Unary::reciprocal:
            return T(1) / x;
        case Unary::tanh:
            return std::tanh(x);
        case Unary::sigmoid:
            return T(1) / (T(1) + std::exp(-x));
        case Unary::relu:
            return x < 0 ? T(0) : x;
        case Unary::sin:
            return std::sin(x);
        case Unary::cos:
            return std::cos(x);
        case Unary::floor:
            return std::floor(x);
        case Unary::ceil:
            return std::ceil(x);
        case Unary::round:
            return std::nearbyint(x);
        case Unary::log1p:
            return std::log1p(x);
        case Unary::expm1:
            return std::expm1(x);
        case Unary::count:
            break;
    }
    return x;
}

template <class T>
T apply(Binary op, T a, T b) {
    switch (op) {
        case Binary::add:
            return a + b;
        case Binary::subtract:
            return a - b;
        case Binary::multiply:
            return a * b;
        case Binary::divide:
            return a / b;
        case Binary::maximum:
            return std::isnan(a) || a > b ? a : b;
        case Binary::minimum:
            return std::isnan(a) || a < b ? a : b;
        case Binary::pow:
            return std::pow(a, b);
        case Binary::tanh_gradient:
            return b * (T(1) - a * a);
        case Binary::sigmoid_gradient:
            return b * a * (T(1) - a);
        case Binary::relu_gradient:
            return a > 0 ? b : T(0);
        case Binary::count:
            break;
    }
    return a;
}

template <class T>
bool apply(Compare op, T a, T b) {
    switch (op) {
        case Compare::equal:
            return a == b;
        case Compare::not_equal:
            return a != b;
        case Compare::less:
            return a < b;
        case Compare::less_equal:
            return a <= b;
        case Compare::greater:
            return a > b;
        case Compare::greater_equal:
            return a >= b;
        case Compare::count:
            break;
    }
    return false;
}

template <class T>
T at(Operand<T> a, int64_t row, int64_t col) {
    return a.data[row * a.row_step + col * a.col_step];
}

template <class T>
void unary(const Context&, Unary op, const T* x, T* y, int64_t n) {
    for (int64_t i = 0; i < n; ++i) y[i] = apply(op, x[i]);
}

template <class T>
void binary(const Context&, Binary op, Operand<T> a, Operand<T> b, T* y, int64_t rows, int64_t cols) {
    for (int64_t r = 0; r < rows; ++r)
        for (int64_t c = 0; c < cols; ++c) y[r * cols + c] = apply(op, at(a, r, c), at(b, r, c));
}

template <class T>
void compare(const Context&, Compare op, Operand<T> a, Operand<T> b, uint8_t* y, int64_t rows, int64_t cols) {
    for (int64_t r = 0; r < rows; ++r)
        for (int64_t c = 0; c < cols; ++c) y[r * cols + c] = apply(op, at(a, r, c), at(b, r, c));
}

template <class T>
void select(const Context&, const uint8_t* condition, const T* a, const T* b, T* y, int64_t n) {
    for (int64_t i = 0; i < n; ++i) y[i] = condition[i] ? a[i] : b[i];
}

template <class T>
void fill(const Context&, T value, T* y, int64_t n) {
    for (int64_t i = 0; i < n; ++i) y[i] = value;
}

template <class T>
void affine(const Context&, T alpha, T beta, const T* x, T* y, int64_t n) {
    for (int64_t i = 0; i < n; ++i) y[i] = alpha * x[i] + beta;
}

}  // namespace

template <class T>
void fill_elementwise(Table<T>& table) {
    table.unary = unary<T>;
    table.binary = binary<T>;
    table.compare = compare<T>;
    table.select = select<T>;
    table.fill = fill<T>;
    table.affine = affine<T>;
}

template void fill_elementwise(Table<float>&);
template void fill_elementwise(Table<double>&);

}  // namespace keratin::kernels::reference
