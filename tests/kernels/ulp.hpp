#pragma once

#include <cmath>
#include <cstdint>
#include <cstring>
#include <limits>
#include <vector>

namespace keratin::kernels::testing {

/// How far `got` is from `wanted`, in units of the last place that T has there.
template <class T>
double ulps(T got, long double wanted) {
    const T nearest = static_cast<T>(wanted);
    if (std::isnan(nearest) || std::isinf(nearest) || std::isnan(got) || std::isinf(got)) {
        const bool same = (std::isnan(nearest) && std::isnan(got)) || nearest == got;
        const bool edge = std::abs(nearest) == std::numeric_limits<T>::max() || std::isinf(nearest);
        return same                                                                         ? 0
               : edge && !std::isnan(got) && std::abs(got) >= std::numeric_limits<T>::max() ? 1
                                                                                            : 1e30;
    }
    const T size = std::abs(nearest);
    const T unit = size > std::numeric_limits<T>::min() ? size - std::nextafter(size, T(0))
                                                        : std::numeric_limits<T>::denorm_min();
    return static_cast<double>(std::abs(static_cast<long double>(got) - wanted) /
                               static_cast<long double>(unit));
}

/// Floats of every size and sign, denormal numbers, infinities and NaNs among them: every `step`-th bit
/// pattern.
inline std::vector<float> floats_of_every_size(uint32_t step) {
    std::vector<float> result;
    for (uint64_t bits = 0; bits < (uint64_t{1} << 32); bits += step) {
        const auto pattern = static_cast<uint32_t>(bits);
        float value;
        std::memcpy(&value, &pattern, sizeof value);
        result.push_back(value);
    }
    const float infinity = std::numeric_limits<float>::infinity();
    for (float value :
         {0.0f, -0.0f, infinity, -infinity, std::numeric_limits<float>::quiet_NaN(), 1.0f, -1.0f})
        result.push_back(value);
    return result;
}

}  // namespace keratin::kernels::testing
