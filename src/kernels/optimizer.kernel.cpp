#include "kernels/families.hpp"
#include "kernels/parallel.hpp"
#include "kernels/simd.hpp"

// The order of operations, and where the constants are rounded, is that of Keras 3.
namespace keratin::kernels::KERATIN_ISA {
namespace {

/// Runs step(i, n) on registers that cover [0, n): n elements from i on.
template <class T, class Step>
KERATIN_INLINE void for_registers(const Context& context, int64_t work, int64_t n, const Step& step) {
    constexpr int64_t width = Vec<T>::width;
    parallel_blocks(context, n, work, [&](int64_t begin, int64_t end) {
        int64_t i = begin;
        for (; i + width <= end; i += width) step(i, width);
        if (i < end) step(i, end - i);
    });
}

template <class T>
KERATIN_INLINE Vec<T> load(const T* p, int64_t n) {
    return n == Vec<T>::width ? Vec<T>::load(p) : Vec<T>::load_n(p, n);
}
template <class T>
KERATIN_INLINE void store(Vec<T> v, T* p, int64_t n) {
    n == Vec<T>::width ? v.store(p) : v.store_n(p, n);
}

template <class T>
KERATIN_INLINE Vec<T> broadcast(double value) {
    return Vec<T>::broadcast(static_cast<T>(value));
}

/// Weight decay comes first. Without decay the weight passes unchanged, infinite or not.
template <class T>
KERATIN_INLINE Vec<T> load_decayed(const T* w, int64_t n, double decay) {
    const Vec<T> weight = load(w, n);
    return decay == 0 ? weight : weight - weight * broadcast<T>(decay);
}

template <class T>
void adam(const Context& context, const AdamStep& s, const T* g, T* w, T* m, T* v, T* v_hat, int64_t n) {
    using V = Vec<T>;
    const V alpha = broadcast<T>(s.alpha), epsilon = broadcast<T>(s.epsilon);
    const V rest_1 = broadcast<T>(1 - s.beta_1), rest_2 = broadcast<T>(1 - s.beta_2);
    for_registers<T>(context, 24, n, [&](int64_t i, int64_t count) {
        const V gradient = load(g + i, count), weight = load_decayed(w + i, count, s.decay);
        V first = load(m + i, count), second = load(v + i, count);
        first = first + (gradient - first) * rest_1;
        second = second + (gradient * gradient - second) * rest_2;
        store(first, m + i, count);
        store(second, v + i, count);
        if (v_hat) {
            second = max(second, load(v_hat + i, count));
            store(second, v_hat + i, count);
        }
        store(weight - first * alpha / (sqrt(second) + epsilon), w + i, count);
    });
}

template <class T>
void sgd(const Context& context, const SgdStep& s, const T* g, T* w, T* velocity, int64_t n) {
    using V = Vec<T>;
    const V rate = broadcast<T>(s.learning_rate), momentum = broadcast<T>(s.momentum);
    for_registers<T>(context, 4, n, [&](int64_t i, int64_t count) {
        const V weight = load_decayed(w + i, count, s.decay), step = load(g + i, count) * rate;
        if (!velocity) return store(weight - step, w + i, count);
        const V speed = load(velocity + i, count) * momentum - step;
        store(speed, velocity + i, count);
        store(weight + (s.nesterov ? speed * momentum - step : speed), w + i, count);
    });
}

template <class T>
void rmsprop(const Context& context, const RmspropStep& s, const T* g, T* w, T* v, T* velocity, T* mean,
             int64_t n) {
    using V = Vec<T>;
    const V rate = broadcast<T>(s.learning_rate), momentum = broadcast<T>(s.momentum);
    const V rho = broadcast<T>(s.rho), rest = broadcast<T>(1 - s.rho), epsilon = broadcast<T>(s.epsilon);
    for_registers<T>(context, 24, n, [&](int64_t i, int64_t count) {
        const V gradient = load(g + i, count), weight = load_decayed(w + i, count, s.decay);
        const V square = rho * load(v + i, count) + rest * (gradient * gradient);
        store(square, v + i, count);
        V variance = square;
        if (s.centered) {
            const V average = rho * load(mean + i, count) + rest * gradient;
            store(average, mean + i, count);
            variance = square - average * average;
        }
        V step = rate * gradient / sqrt(variance + epsilon);
        if (velocity) {
            step = momentum * load(velocity + i, count) + step;
            store(step, velocity + i, count);
        }
        store(weight - step, w + i, count);
    });
}

template <class T>
void fill_table(Table<T>& table) {
    table.adam = adam<T>;
    table.sgd = sgd<T>;
    table.rmsprop = rmsprop<T>;
}

}  // namespace

void fill_optimizer(Table<float>& table) {
    fill_table(table);
}
void fill_optimizer(Table<double>& table) {
    fill_table(table);
}

}  // namespace keratin::kernels::KERATIN_ISA
