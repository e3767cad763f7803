#include "statistics.hpp"

#include <algorithm>
#include <cmath>

namespace tool {

using namespace keratin;

Statistics statistics(const Tensor& tensor) {
    const Tensor numbers = convert(tensor, float64);
    Statistics result;
    double sum = 0, squares = 0;
    int64_t count = 0;
    for (const double x : numbers.data<double>()) {
        if (!std::isfinite(x)) {
            ++result.not_finite;
            continue;
        }
        result.min = count ? std::min(result.min, x) : x;
        result.max = count ? std::max(result.max, x) : x;
        sum += x;
        ++count;
    }
    if (count == 0) return result;
    result.mean = sum / static_cast<double>(count);
    for (const double x : numbers.data<double>())
        if (std::isfinite(x)) squares += (x - result.mean) * (x - result.mean);
    result.deviation = std::sqrt(squares / static_cast<double>(count));
    return result;
}

Config Statistics::config() const {
    return Config::object(
        {{"min", min}, {"max", max}, {"mean", mean}, {"std", deviation}, {"not_finite", not_finite}});
}

std::string Statistics::text() const {
    std::string text =
        fmt::format("min {:>10.4g}  max {:>10.4g}  mean {:>10.4g}  std {:>10.4g}", min, max, mean, deviation);
    if (not_finite > 0) text += fmt::format("  {} not finite", not_finite);
    return text;
}

}  // namespace tool
