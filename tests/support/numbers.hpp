#pragma once

#include <keratin/core/tensor.hpp>

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <numeric>
#include <random>
#include <vector>

/// Tensors for tests, made by the standard library, and their comparison.
namespace numbers {

inline keratin::Tensor as(const std::vector<double>& values, const keratin::Shape& shape,
                          keratin::DType dtype) {
    return keratin::convert(keratin::Tensor::from(values, shape), dtype);
}

/// Numbers between -scale and scale, no two equal or closer to each other or to 0 than a step of a ruler:
/// none is near a tie or a kink.
inline keratin::Tensor distinct(const keratin::Shape& shape, unsigned seed, double scale = 1.0,
                                keratin::DType dtype = keratin::float64) {
    std::vector<double> values(static_cast<size_t>(shape.size()));
    std::iota(values.begin(), values.end(), 0.0);
    const double middle = static_cast<double>(values.size()) / 2;
    for (double& value : values) value = scale * (value + 0.37 - std::floor(middle)) / (middle + 1);
    std::shuffle(values.begin(), values.end(), std::mt19937(seed));
    return as(values, shape, dtype);
}

/// The elements of a floating tensor.
inline std::vector<double> of(const keratin::Tensor& x) {
    const keratin::Tensor wide = keratin::convert(x, keratin::float64);
    const auto data = wide.data<double>();
    return {data.begin(), data.end()};
}

/// The largest difference, relative where numbers are above 1; infinite for another number of elements or a
/// NaN on one side only.
inline double difference(const std::vector<double>& a, const std::vector<double>& b) {
    if (a.size() != b.size()) return INFINITY;
    double worst = 0;
    for (size_t i = 0; i < a.size(); ++i) {
        if (a[i] == b[i] || (std::isnan(a[i]) && std::isnan(b[i]))) continue;
        const double here = std::abs(a[i] - b[i]) / std::max(1.0, std::abs(b[i]));
        worst = std::isnan(here) ? INFINITY : std::max(worst, here);
    }
    return worst;
}
inline double difference(const keratin::Tensor& a, const std::vector<double>& b) {
    return difference(of(a), b);
}
inline double difference(const keratin::Tensor& a, const keratin::Tensor& b) {
    return a.shape() == b.shape() ? difference(of(a), of(b)) : INFINITY;
}

}  // namespace numbers
