#pragma once

#include <keratin/core/random.hpp>
#include <keratin/layers/layer.hpp>

#include <cstdint>
#include <optional>

namespace keratin::layers {

/// Arguments of GaussianDropout, in Keras's order and with Keras's defaults.
struct GaussianDropoutOptions {
    std::optional<uint64_t> seed = {};  ///< from the default generator when not given
    RegularizerHandle activity_regularizer = {};
    bool trainable = true;
    DTypePolicy dtype = {};
    std::string name = {};  ///< "gaussian_dropout", "gaussian_dropout_1", ... when not given
};

/// In training multiplies with normal numbers of mean 1 and standard deviation sqrt(rate / (1 - rate));
/// otherwise nothing (keras.layers.GaussianDropout, Srivastava et al. 2014). Any shape. Copies of the layer
/// share its stream of random numbers. Throws ValueError for a rate outside [0, 1).
class KERATIN_EXPORT GaussianDropout : public Layer {
public:
    explicit GaussianDropout(double rate, GaussianDropoutOptions options = {});

    Tensor call(const Tensor& x) override;
    Shape compute_output_shape(const Shape& input) const override;
    std::string class_name() const override { return "GaussianDropout"; }
    bool supports_masking() const override { return true; }
    Config get_config() const override;
    static std::shared_ptr<Layer> from_config(const Config& config);

    double rate;
    GaussianDropoutOptions options;
    SeedGenerator seed_generator;  ///< shared by the layer's copies

protected:
    void build_variables(const Shape& input_shape) override;
};

}  // namespace keratin::layers
