#pragma once

#include <keratin/core/config.hpp>
#include <keratin/core/one_or_more.hpp>
#include <keratin/core/tensor.hpp>

#include <optional>
#include <string>
#include <vector>

namespace keratin::metrics {

/// a / b, and 0 where b is.
inline double share(double a, double b) {
    return b == 0 ? 0.0 : a / b;
}

/// The thresholds given, or `otherwise` for none; throws ValueError for one outside [0, 1].
std::vector<double> thresholds_of(const OneOrMore<double>& given, double otherwise, const std::string& owner);
/// null, a number or a list, as Keras was given them.
Config thresholds_config(const OneOrMore<double>& given);

/// A vector as float32, one number as a scalar.
Tensor as_values(const std::vector<double>& numbers);
double mean_of(const std::vector<double>& numbers);

/// The numbers of a metric's saved state; throws ValueError unless there are `count`, or with `each` of
/// several a multiple of it.
std::vector<double> numbers_of(const Config& state, size_t count, const std::string& owner);
std::vector<double> numbers_by(const Config& state, size_t each, const std::string& owner);
Config state_of(const std::vector<double>& numbers);

/// One weight per element of `shape` from one per sample, per element, or anything between.
Tensor spread_weight(const Tensor& sample_weight, const Shape& shape, const std::string& owner);

}  // namespace keratin::metrics
