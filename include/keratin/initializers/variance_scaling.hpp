#pragma once

#include <keratin/initializers/initializer.hpp>

#include <cstdint>
#include <optional>
#include <string>

namespace keratin::initializers {

/// How many inputs and outputs a weight of that shape joins, as Keras counts them: the last two extents times
/// the product of those before.
struct Fans {
    double in;
    double out;
};
KERATIN_EXPORT Fans fans(const Shape& shape);

struct VarianceScalingOptions {
    double scale = 1.0;
    std::string mode = "fan_in";                    ///< "fan_in", "fan_out" or "fan_avg"
    std::string distribution = "truncated_normal";  ///< or "untruncated_normal", "uniform"
    std::optional<uint64_t> seed = {};
};

/// Numbers of variance scale / fan (keras.initializers.VarianceScaling); "variance_scaling". Throws
/// ValueError for a scale that is not positive or words other than those above.
class KERATIN_EXPORT VarianceScaling : public Initializer {
public:
    explicit VarianceScaling(VarianceScalingOptions options = {});

    Tensor operator()(const Shape& shape, DType dtype = float32) const override;
    std::string class_name() const override { return "VarianceScaling"; }
    Config get_config() const override;

    VarianceScalingOptions options;
};

struct SeedOptions {
    std::optional<uint64_t> seed = {};
};

/// Uniform within sqrt(6 / (fan_in + fan_out)) of 0 (Glorot and Bengio 2010); "glorot_uniform".
class KERATIN_EXPORT GlorotUniform : public VarianceScaling {
public:
    explicit GlorotUniform(SeedOptions options = {});
    std::string class_name() const override { return "GlorotUniform"; }
    Config get_config() const override;
};

/// Truncated normal of standard deviation sqrt(2 / (fan_in + fan_out)); "glorot_normal".
class KERATIN_EXPORT GlorotNormal : public VarianceScaling {
public:
    explicit GlorotNormal(SeedOptions options = {});
    std::string class_name() const override { return "GlorotNormal"; }
    Config get_config() const override;
};

/// Uniform within sqrt(6 / fan_in) of 0 (He et al. 2015); "he_uniform".
class KERATIN_EXPORT HeUniform : public VarianceScaling {
public:
    explicit HeUniform(SeedOptions options = {});
    std::string class_name() const override { return "HeUniform"; }
    Config get_config() const override;
};

/// Truncated normal of standard deviation sqrt(2 / fan_in); "he_normal".
class KERATIN_EXPORT HeNormal : public VarianceScaling {
public:
    explicit HeNormal(SeedOptions options = {});
    std::string class_name() const override { return "HeNormal"; }
    Config get_config() const override;
};

/// Uniform within sqrt(3 / fan_in) of 0 (LeCun et al. 1998); "lecun_uniform".
class KERATIN_EXPORT LecunUniform : public VarianceScaling {
public:
    explicit LecunUniform(SeedOptions options = {});
    std::string class_name() const override { return "LecunUniform"; }
    Config get_config() const override;
};

/// Truncated normal of standard deviation sqrt(1 / fan_in); "lecun_normal".
class KERATIN_EXPORT LecunNormal : public VarianceScaling {
public:
    explicit LecunNormal(SeedOptions options = {});
    std::string class_name() const override { return "LecunNormal"; }
    Config get_config() const override;
};

}  // namespace keratin::initializers
