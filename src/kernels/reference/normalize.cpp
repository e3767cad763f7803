#include "kernels/reference/families.hpp"

namespace keratin::kernels::reference {
namespace {

template <class T>
void moments(const Context&, const T* x, T* mean, T* variance, int64_t rows, int64_t channels) {
    for (int64_t c = 0; c < channels; ++c) {
        double sum = 0, squares = 0;
        for (int64_t r = 0; r < rows; ++r) sum += static_cast<double>(x[r * channels + c]);
        const double middle = sum / static_cast<double>(rows);
        for (int64_t r = 0; r < rows; ++r) {
            const double deviation = static_cast<double>(x[r * channels + c]) - middle;
            squares += deviation * deviation;
        }
        mean[c] = static_cast<T>(middle);
        variance[c] = static_cast<T>(squares / static_cast<double>(rows));
    }
}

template <class T>
void normalize(const Context&, const T* x, const Channelwise<T>& to, bool relu, T* y, int64_t rows,
               int64_t channels) {
    for (int64_t i = 0; i < rows * channels; ++i) {
        const int64_t c = i % channels;
        T value = (x[i] - to.center[c]) * to.scale[c];
        if (to.shift) value += to.shift[c];
        y[i] = relu && value < T(0) ? T(0) : value;
    }
}

template <class T>
T gated(const T* y, const T* dy, int64_t i) {
    return !y || y[i] > T(0) ? dy[i] : T(0);
}

template <class T>
void normalize_sums(const Context&, const T* x, const T* center, const T* y, const T* dy, T* sum, T* product,
                    int64_t rows, int64_t channels) {
    for (int64_t c = 0; c < channels; ++c) {
        double first = 0, second = 0;
        for (int64_t i = c; i < rows * channels; i += channels) {
            first += static_cast<double>(gated(y, dy, i));
            second += static_cast<double>(gated(y, dy, i) * (x[i] - center[c]));
        }
        sum[c] = static_cast<T>(first);
        product[c] = static_cast<T>(second);
    }
}

template <class T>
void normalize_gradient(const Context&, const T* x, const T* center, const T* y, const T* dy,
                        const Slope<T>& by, T* dx, int64_t rows, int64_t channels) {
    for (int64_t i = 0; i < rows * channels; ++i) {
        const int64_t c = i % channels;
        dx[i] = gated(y, dy, i) * by.scale[c] + by.shift[c] + (x[i] - center[c]) * by.slope[c];
    }
}

}  // namespace

template <class T>
void fill_normalize(Table<T>& table) {
    table.moments = moments<T>;
    table.normalize = normalize<T>;
    table.normalize_sums = normalize_sums<T>;
    table.normalize_gradient = normalize_gradient<T>;
}

template void fill_normalize(Table<float>&);
template void fill_normalize(Table<double>&);

}  // namespace keratin::kernels::reference
