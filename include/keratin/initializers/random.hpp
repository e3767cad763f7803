#pragma once

#include <keratin/initializers/initializer.hpp>

#include <cstdint>
#include <optional>

/// Random initializers. One with a seed gives the same values at every call; one without draws from the
/// default generator, which set_random_seed() restarts. Their dtype must be floating (DTypeError).
namespace keratin::initializers {

struct NormalOptions {
    double mean = 0.0;
    double stddev = 0.05;
    std::optional<uint64_t> seed = {};
};

struct UniformOptions {
    double minval = -0.05;
    double maxval = 0.05;
    std::optional<uint64_t> seed = {};
};

/// Normal numbers; "random_normal", "normal". Throws ValueError for a negative stddev.
class KERATIN_EXPORT RandomNormal : public Initializer {
public:
    explicit RandomNormal(NormalOptions options = {});

    Tensor operator()(const Shape& shape, DType dtype = float32) const override;
    std::string class_name() const override { return "RandomNormal"; }
    Config get_config() const override;

    NormalOptions options;
};

/// Normal numbers, those beyond two standard deviations drawn again; "truncated_normal".
class KERATIN_EXPORT TruncatedNormal : public Initializer {
public:
    explicit TruncatedNormal(NormalOptions options = {});

    Tensor operator()(const Shape& shape, DType dtype = float32) const override;
    std::string class_name() const override { return "TruncatedNormal"; }
    Config get_config() const override;

    NormalOptions options;
};

/// Numbers between minval and maxval; "random_uniform", "uniform". Throws ValueError when minval > maxval.
class KERATIN_EXPORT RandomUniform : public Initializer {
public:
    explicit RandomUniform(UniformOptions options = {});

    Tensor operator()(const Shape& shape, DType dtype = float32) const override;
    std::string class_name() const override { return "RandomUniform"; }
    Config get_config() const override;

    UniformOptions options;
};

struct OrthogonalOptions {
    double gain = 1.0;
    std::optional<uint64_t> seed = {};
};

/// A matrix with orthonormal rows or columns, whichever are fewer, times gain (Saxe et al. 2014);
/// "orthogonal". Of more than two axes all but the last count as rows. Throws ShapeError for a rank below 2.
class KERATIN_EXPORT Orthogonal : public Initializer {
public:
    explicit Orthogonal(OrthogonalOptions given = {}) : options(given) {}

    Tensor operator()(const Shape& shape, DType dtype = float32) const override;
    std::string class_name() const override { return "Orthogonal"; }
    Config get_config() const override;

    OrthogonalOptions options;
};

}  // namespace keratin::initializers
