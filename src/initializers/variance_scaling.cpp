#include <keratin/initializers/variance_scaling.hpp>

#include "initializers/seed.hpp"

#include <keratin/core/error.hpp>
#include <keratin/core/random.hpp>

#include <algorithm>
#include <cmath>

namespace keratin::initializers {
namespace {

/// Standard deviation of a normal distribution cut at two of its own.
constexpr double truncated_stddev = 0.87962566103423978;

Config seeded(const VarianceScaling& initializer) {
    return Config::object(
        {{"seed", seed_config(initializer.options.seed)}, {"input_axes", nullptr}, {"output_axes", nullptr}});
}

VarianceScalingOptions scaling(double scale, const char* mode, const char* distribution,
                               SeedOptions options) {
    return {.scale = scale, .mode = mode, .distribution = distribution, .seed = options.seed};
}

}  // namespace

Fans fans(const Shape& shape) {
    if (shape.rank() == 0) return {1, 1};
    const double last = static_cast<double>(shape.back());
    if (shape.rank() == 1) return {last, last};
    double field = 1;
    for (int axis = 0; axis < shape.rank() - 2; ++axis) field *= static_cast<double>(shape[axis]);
    return {static_cast<double>(shape[-2]) * field, last * field};
}

VarianceScaling::VarianceScaling(VarianceScalingOptions given) : options(std::move(given)) {
    const std::string &mode = options.mode, &distribution = options.distribution;
    if (!(options.scale > 0))
        fail<ValueError>("VarianceScaling: scale is {}; it must be positive", options.scale);
    if (mode != "fan_in" && mode != "fan_out" && mode != "fan_avg")
        fail<ValueError>(
            "VarianceScaling: no mode is called \"{}\"; there are \"fan_in\", \"fan_out\", \"fan_avg\"",
            mode);
    if (distribution != "truncated_normal" && distribution != "untruncated_normal" &&
        distribution != "uniform")
        fail<ValueError>(
            "VarianceScaling: no distribution is called \"{}\"; there are \"truncated_normal\", "
            "\"untruncated_normal\", \"uniform\"",
            distribution);
}

Tensor VarianceScaling::operator()(const Shape& shape, DType dtype) const {
    require_floating(dtype, *this);
    const Fans fan = fans(shape);
    const double n = options.mode == "fan_in"    ? fan.in
                     : options.mode == "fan_out" ? fan.out
                                                 : (fan.in + fan.out) / 2;
    const double variance = options.scale / std::max(1.0, n);
    if (options.distribution == "uniform") {
        const double limit = std::sqrt(3 * variance);
        return random::uniform(shape,
                               {.minval = -limit, .maxval = limit, .dtype = dtype, .seed = options.seed});
    }
    if (options.distribution == "untruncated_normal")
        return random::normal(
            shape, {.mean = 0, .stddev = std::sqrt(variance), .dtype = dtype, .seed = options.seed});
    return random::truncated_normal(
        shape,
        {.mean = 0, .stddev = std::sqrt(variance) / truncated_stddev, .dtype = dtype, .seed = options.seed});
}

Config VarianceScaling::get_config() const {
    return Config::object({{"scale", options.scale},
                           {"mode", options.mode},
                           {"distribution", options.distribution},
                           {"seed", seed_config(options.seed)},
                           {"input_axes", nullptr},
                           {"output_axes", nullptr}});
}

GlorotUniform::GlorotUniform(SeedOptions seed) : VarianceScaling(scaling(1, "fan_avg", "uniform", seed)) {}
Config GlorotUniform::get_config() const {
    return seeded(*this);
}

GlorotNormal::GlorotNormal(SeedOptions seed)
    : VarianceScaling(scaling(1, "fan_avg", "truncated_normal", seed)) {}
Config GlorotNormal::get_config() const {
    return seeded(*this);
}

HeUniform::HeUniform(SeedOptions seed) : VarianceScaling(scaling(2, "fan_in", "uniform", seed)) {}
Config HeUniform::get_config() const {
    return seeded(*this);
}

HeNormal::HeNormal(SeedOptions seed) : VarianceScaling(scaling(2, "fan_in", "truncated_normal", seed)) {}
Config HeNormal::get_config() const {
    return seeded(*this);
}

LecunUniform::LecunUniform(SeedOptions seed) : VarianceScaling(scaling(1, "fan_in", "uniform", seed)) {}
Config LecunUniform::get_config() const {
    return seeded(*this);
}

LecunNormal::LecunNormal(SeedOptions seed)
    : VarianceScaling(scaling(1, "fan_in", "truncated_normal", seed)) {}
Config LecunNormal::get_config() const {
    return seeded(*this);
}

}  // namespace keratin::initializers
