#include <keratin/constraints/norms.hpp>

#include <keratin/core/error.hpp>
#include <keratin/ops/elementwise.hpp>

namespace keratin::constraints {
namespace {

/// Keeps the division of a vector of length 0 finite (keras.config.epsilon()).
constexpr double epsilon = 1e-7;

Tensor lengths(const Tensor& x, const Axes& axis) {
    return sqrt(reduce_sum(square(x), axis, true));
}

/// One axis as a number, several as a list, all as null.
Config axis_config(const Axes& axis) {
    if (axis.all()) return {};
    if (axis.list().size() == 1) return axis.list().front();
    Config::List list(axis.list().begin(), axis.list().end());
    return list;
}

}  // namespace

MaxNorm::MaxNorm(double limit, MaxNormOptions given) : max_value(limit), options(std::move(given)) {
    if (!(max_value >= 0)) fail<ValueError>("MaxNorm: max_value is {}; it must not be negative", max_value);
}

Tensor MaxNorm::operator()(const Tensor& x) const {
    const Tensor norms = lengths(x, options.axis);
    return x * (clip(norms, 0, max_value) / (norms + epsilon));
}

Config MaxNorm::get_config() const {
    return Config::object({{"max_value", max_value}, {"axis", axis_config(options.axis)}});
}

Tensor UnitNorm::operator()(const Tensor& x) const {
    return x / (lengths(x, options.axis) + epsilon);
}

Config UnitNorm::get_config() const {
    return Config::object({{"axis", axis_config(options.axis)}});
}

MinMaxNorm::MinMaxNorm(MinMaxNormOptions given) : options(std::move(given)) {
    if (!(options.min_value >= 0 && options.min_value <= options.max_value))
        fail<ValueError>(
            "MinMaxNorm: [{}, {}] is no range of lengths; 0 <= min_value <= max_value is expected",
            options.min_value, options.max_value);
    if (!(options.rate >= 0 && options.rate <= 1))
        fail<ValueError>("MinMaxNorm: rate is {}; it must be within [0, 1]", options.rate);
}

Tensor MinMaxNorm::operator()(const Tensor& x) const {
    const Tensor norms = lengths(x, options.axis);
    const Tensor desired =
        options.rate * clip(norms, options.min_value, options.max_value) + (1 - options.rate) * norms;
    return x * (desired / (norms + epsilon));
}

Config MinMaxNorm::get_config() const {
    return Config::object({{"min_value", options.min_value},
                           {"max_value", options.max_value},
                           {"rate", options.rate},
                           {"axis", axis_config(options.axis)}});
}

Tensor NonNeg::operator()(const Tensor& x) const {
    return maximum(x, 0);
}

}  // namespace keratin::constraints
