#pragma once

#include "support/catch.hpp"
#include "support/golden.hpp"

#include <keratin/core/tensor.hpp>

#include <cmath>
#include <string>

namespace golden {

/// Where a tensor first differs from golden numbers by more than atol + rtol * |expected|; empty when it does
/// not. NaN agrees with NaN.
inline std::string mismatch(const keratin::Tensor& got, const std::vector<double>& expected, double rtol,
                            double atol = 1e-7) {
    if (!got.defined()) return "an undefined tensor";
    const keratin::Tensor wide = keratin::convert(got, keratin::float64);
    if (static_cast<size_t>(wide.size()) != expected.size())
        return fmt::format("{} elements, expected {}", wide.size(), expected.size());
    for (size_t i = 0; i < expected.size(); ++i) {
        const double value = wide.data<double>()[i];
        if (value == expected[i] || (std::isnan(value) && std::isnan(expected[i]))) continue;
        if (!(std::abs(value - expected[i]) <= atol + rtol * std::abs(expected[i])))
            return fmt::format("element {} is {}, expected {}", i, value, expected[i]);
    }
    return "";
}

inline std::string mismatch(const keratin::Tensor& got, const nlohmann::json& expected, double rtol,
                            double atol = 1e-7) {
    return mismatch(got, values(expected), rtol, atol);
}

}  // namespace golden
