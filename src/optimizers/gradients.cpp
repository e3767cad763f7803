#include "optimizers/gradients.hpp"

#include <algorithm>

namespace keratin::optimizers {
namespace {

template <class T, class F>
void for_each(Tensor& g, F f) {
    for (T& x : g.mutable_data<T>()) x = f(x);
}

/// to[i] = f(to[i], from[i]).
template <class T, class F>
void for_pairs(Tensor& to, const Tensor& from, F f) {
    const std::span<T> a = to.mutable_data<T>();
    const std::span<const T> b = from.data<T>();
    for (size_t i = 0; i < a.size(); ++i) a[i] = f(a[i], b[i]);
}

}  // namespace

double squared_norm(const Tensor& g) {
    double sum = 0;
    if (g.dtype() == float64)
        for (const double x : g.data<double>()) sum += x * x;
    else
        for (const float x : g.data<float>()) sum += static_cast<double>(x) * static_cast<double>(x);
    return sum;
}

void scale(Tensor& g, double factor) {
    if (g.dtype() == float64)
        for_each<double>(g, [&](double x) { return x * factor; });
    else
        for_each<float>(g, [f = static_cast<float>(factor)](float x) { return x * f; });
}

void divide(Tensor& g, double divisor) {
    if (g.dtype() == float64)
        for_each<double>(g, [&](double x) { return x / divisor; });
    else
        for_each<float>(g, [d = static_cast<float>(divisor)](float x) { return x / d; });
}

void clip_values(Tensor& g, double limit) {
    if (g.dtype() == float64)
        for_each<double>(g, [&](double x) { return std::clamp(x, -limit, limit); });
    else
        for_each<float>(g, [f = static_cast<float>(limit)](float x) { return std::clamp(x, -f, f); });
}

void add_to(Tensor& sum, const Tensor& value) {
    if (sum.dtype() == float64)
        for_pairs<double>(sum, value, [](double a, double b) { return a + b; });
    else
        for_pairs<float>(sum, value, [](float a, float b) { return a + b; });
}

void average_into(Tensor& average, const Tensor& value, double momentum) {
    if (average.dtype() == float64)
        for_pairs<double>(average, value, [m = momentum](double a, double v) { return m * a + (1 - m) * v; });
    else
        for_pairs<float>(average, value, [m = static_cast<float>(momentum)](float a, float v) {
            return m * a + (1 - m) * v;
        });
}

}  // namespace keratin::optimizers
