#include <cmath>

#include "kernels/reference/families.hpp"

namespace keratin::kernels::reference {
namespace {

template <class T>
void adam(const Context&, const AdamStep& s, const T* g, T* w, T* m, T* v, T* v_hat, int64_t n) {
    for (int64_t i = 0; i < n; ++i) {
        if (s.decay != 0) w[i] -= w[i] * static_cast<T>(s.decay);
        m[i] += (g[i] - m[i]) * static_cast<T>(1 - s.beta_1);
        v[i] += (g[i] * g[i] - v[i]) * static_cast<T>(1 - s.beta_2);
        if (v_hat && v[i] > v_hat[i]) v_hat[i] = v[i];
        const T second = v_hat ? v_hat[i] : v[i];
        w[i] -= m[i] * static_cast<T>(s.alpha) / (std::sqrt(second) + static_cast<T>(s.epsilon));
    }
}

template <class T>
void sgd(const Context&, const SgdStep& s, const T* g, T* w, T* velocity, int64_t n) {
    const T momentum = static_cast<T>(s.momentum);
    for (int64_t i = 0; i < n; ++i) {
        if (s.decay != 0) w[i] -= w[i] * static_cast<T>(s.decay);
        const T step = g[i] * static_cast<T>(s.learning_rate);
        if (!velocity) {
            w[i] -= step;
            continue;
        }
        velocity[i] = velocity[i] * momentum - step;
        w[i] += s.nesterov ? velocity[i] * momentum - step : velocity[i];
    }
}

template <class T>
void rmsprop(const Context&, const RmspropStep& s, const T* g, T* w, T* v, T* velocity, T* mean, int64_t n) {
    const T rho = static_cast<T>(s.rho), rest = static_cast<T>(1 - s.rho);
    for (int64_t i = 0; i < n; ++i) {
        if (s.decay != 0) w[i] -= w[i] * static_cast<T>(s.decay);
        v[i] = rho * v[i] + rest * (g[i] * g[i]);
        T denominator = v[i] + static_cast<T>(s.epsilon);
        if (s.centered) {
            mean[i] = rho * mean[i] + rest * g[i];
            denominator = v[i] - mean[i] * mean[i] + static_cast<T>(s.epsilon);
        }
        T step = static_cast<T>(s.learning_rate) * g[i] / std::sqrt(denominator);
        if (velocity) step = velocity[i] = static_cast<T>(s.momentum) * velocity[i] + step;
        w[i] -= step;
    }
}

}  // namespace

template <class T>
void fill_optimizer(Table<T>& table) {
    table.adam = adam<T>;
    table.sgd = sgd<T>;
    table.rmsprop = rmsprop<T>;
}

template void fill_optimizer(Table<float>&);
template void fill_optimizer(Table<double>&);

}  // namespace keratin::kernels::reference
