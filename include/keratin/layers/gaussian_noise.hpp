#pragma once

#include <keratin/core/random.hpp>
#include <keratin/layers/layer.hpp>

#include <cstdint>
#include <optional>

namespace keratin::layers {

/// Arguments of GaussianNoise, in Keras's order and with Keras's defaults.
struct GaussianNoiseOptions {
    std::optional<uint64_t> seed = {};  ///< from the default generator when not given
    RegularizerHandle activity_regularizer = {};
    bool trainable = true;
    DTypePolicy dtype = {};
    std::string name = {};  ///< "gaussian_noise", "gaussian_noise_1", ... when not given
};

/// In training adds normal numbers of this standard deviation and mean 0; otherwise nothing
/// (keras.layers.GaussianNoise). Any shape. Copies of the layer share its stream of random numbers. Throws
/// ValueError for a stddev outside [0, 1].
class KERATIN_EXPORT GaussianNoise : public Layer {
public:
    explicit GaussianNoise(double stddev, GaussianNoiseOptions options = {});

    Tensor call(const Tensor& x) override;
    Shape compute_output_shape(const Shape& input) const override;
    std::string class_name() const override { return "GaussianNoise"; }
    bool supports_masking() const override { return true; }
    Config get_config() const override;
    static std::shared_ptr<Layer> from_config(const Config& config);

    double stddev;
    GaussianNoiseOptions options;
    SeedGenerator seed_generator;  ///< shared by the layer's copies

protected:
    void build_variables(const Shape& input_shape) override;
};

}  // namespace keratin::layers
