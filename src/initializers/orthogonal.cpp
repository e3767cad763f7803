#include "initializers/seed.hpp"

#include <keratin/core/error.hpp>
#include <keratin/core/random.hpp>
#include <keratin/initializers/random.hpp>

#include <algorithm>
#include <cmath>

namespace keratin::initializers {
namespace {

double dot(const double* a, const double* b, int64_t n) {
    double sum = 0;
    for (int64_t i = 0; i < n; ++i) sum += a[i] * b[i];
    return sum;
}

/// Gram and Schmidt over `count` vectors of length n, one after another in memory: the Q of a QR
/// decomposition whose R has a positive diagonal. Twice is enough for orthogonality to rounding (Giraud et
/// al. 2005).
void orthonormalize(double* vectors, int64_t count, int64_t n) {
    for (int64_t j = 0; j < count; ++j) {
        double* v = vectors + j * n;
        for (int pass = 0; pass < 2; ++pass)
            for (int64_t k = 0; k < j; ++k) {
                const double* q = vectors + k * n;
                const double along = dot(q, v, n);
                for (int64_t i = 0; i < n; ++i) v[i] -= along * q[i];
            }
        const double length = std::sqrt(dot(v, v, n));
        for (int64_t i = 0; i < n; ++i) v[i] /= length;
    }
}

}  // namespace

Tensor Orthogonal::operator()(const Shape& shape, DType dtype) const {
    require_floating(dtype, *this);
    if (shape.rank() < 2)
        fail<ShapeError>("Orthogonal: shape {} has rank {}; use it for weights of rank 2 or more", shape,
                         shape.rank());
    const int64_t cols = shape.back();
    const int64_t rows = cols > 0 ? shape.size() / cols : 0;
    const int64_t count = std::min(rows, cols), n = std::max(rows, cols);
    Tensor vectors =
        random::normal({count, n}, {.mean = 0.0, .stddev = 1.0, .dtype = float64, .seed = options.seed});
    const std::span<double> v = vectors.mutable_data<double>();
    orthonormalize(v.data(), count, n);
    Tensor values = Tensor::empty(shape, float64);
    const std::span<double> out = values.mutable_data<double>();
    for (int64_t r = 0; r < rows; ++r)
        for (int64_t c = 0; c < cols; ++c)
            out[static_cast<size_t>(r * cols + c)] =
                options.gain * v[static_cast<size_t>(rows < cols ? r * n + c : c * n + r)];
    return convert(values, dtype);
}

Config Orthogonal::get_config() const {
    return Config::object({{"gain", options.gain}, {"seed", seed_config(options.seed)}});
}

}  // namespace keratin::initializers
