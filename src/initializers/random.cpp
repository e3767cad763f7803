#include <keratin/initializers/random.hpp>

#include "initializers/seed.hpp"

#include <keratin/core/error.hpp>
#include <keratin/core/random.hpp>

namespace keratin::initializers {
namespace {

void check_stddev(const char* owner, const NormalOptions& options) {
    if (!(options.stddev >= 0))
        fail<ValueError>("{}: stddev is {}; it must not be negative", owner, options.stddev);
}

Config normal_config(const NormalOptions& options) {
    return Config::object(
        {{"mean", options.mean}, {"stddev", options.stddev}, {"seed", seed_config(options.seed)}});
}

random::NormalOptions drawn_as(const NormalOptions& options, DType dtype) {
    return {.mean = options.mean, .stddev = options.stddev, .dtype = dtype, .seed = options.seed};
}

}  // namespace

RandomNormal::RandomNormal(NormalOptions given) : options(given) {
    check_stddev("RandomNormal", options);
}

Tensor RandomNormal::operator()(const Shape& shape, DType dtype) const {
    require_floating(dtype, *this);
    return random::normal(shape, drawn_as(options, dtype));
}

Config RandomNormal::get_config() const {
    return normal_config(options);
}

TruncatedNormal::TruncatedNormal(NormalOptions given) : options(given) {
    check_stddev("TruncatedNormal", options);
}

Tensor TruncatedNormal::operator()(const Shape& shape, DType dtype) const {
    require_floating(dtype, *this);
    return random::truncated_normal(shape, drawn_as(options, dtype));
}

Config TruncatedNormal::get_config() const {
    return normal_config(options);
}

RandomUniform::RandomUniform(UniformOptions given) : options(given) {
    if (!(options.minval <= options.maxval))
        fail<ValueError>("RandomUniform: minval {} is above maxval {}; exchange them", options.minval,
                         options.maxval);
}

Tensor RandomUniform::operator()(const Shape& shape, DType dtype) const {
    require_floating(dtype, *this);
    return random::uniform(
        shape, {.minval = options.minval, .maxval = options.maxval, .dtype = dtype, .seed = options.seed});
}

Config RandomUniform::get_config() const {
    return Config::object(
        {{"minval", options.minval}, {"maxval", options.maxval}, {"seed", seed_config(options.seed)}});
}

}  // namespace keratin::initializers
