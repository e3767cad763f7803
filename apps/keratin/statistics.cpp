#include "statistics.hpp"

#include <algorithm>
#include <cmath>

namespace tool {

using namespace keratin;

namespace {

/// Calls `use` with each number that is finite; a piece at a time, so that a large tensor is not there twice.
template <class Use>
void for_each_finite(const Tensor& tensor, const Use& use) {
    constexpr int64_t piece = 1 << 16;
    for (int64_t begin = 0; begin < tensor.size(); begin += piece) {
        const int64_t count = std::min(piece, tensor.size() - begin);
        const Tensor numbers = convert(tensor.view({count}, begin), float64);
        for (const double x : numbers.data<double>())
            if (std::isfinite(x)) use(x);
    }
}

}  // namespace

Statistics statistics(const Tensor& tensor) {
    Statistics result;
    double sum = 0, squares = 0;
    int64_t count = 0;
    for_each_finite(tensor, [&](double x) {
        result.min = count ? std::min(result.min, x) : x;
        result.max = count ? std::max(result.max, x) : x;
        sum += x;
        ++count;
    });
    result.not_finite = tensor.size() - count;
    if (count == 0) return result;
    result.mean = sum / static_cast<double>(count);
    for_each_finite(tensor, [&](double x) { squares += (x - result.mean) * (x - result.mean); });
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
