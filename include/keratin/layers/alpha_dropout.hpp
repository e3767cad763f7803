#pragma once

#include <keratin/core/random.hpp>
#include <keratin/layers/layer.hpp>

#include <cstdint>
#include <optional>

namespace keratin::layers {

/// Arguments of AlphaDropout, in Keras's order and with Keras's defaults.
struct AlphaDropoutOptions {
    std::optional<Shape> noise_shape = {};  ///< broadcasts over its axes of extent 1; unknown: the input's
    std::optional<uint64_t> seed = {};      ///< from the default generator when not given
    RegularizerHandle activity_regularizer = {};
    bool trainable = true;
    DTypePolicy dtype = {};
    std::string name = {};  ///< "alpha_dropout", "alpha_dropout_1", ... when not given
};

/// In training sets elements to the negative saturation of selu with probability rate, and scales and shifts
/// all, so that mean 0 and variance 1 stay what they are; otherwise nothing (keras.layers.AlphaDropout,
/// Klambauer et al. 2017). Any shape. Copies of the layer share its stream of random numbers. Throws
/// ValueError for a rate outside [0, 1), ShapeError for a noise_shape that does not fit.
class KERATIN_EXPORT AlphaDropout : public Layer {
public:
    explicit AlphaDropout(double rate, AlphaDropoutOptions options = {});

    Tensor call(const Tensor& x) override;
    Shape compute_output_shape(const Shape& input) const override;
    std::string class_name() const override { return "AlphaDropout"; }
    bool supports_masking() const override { return true; }
    Config get_config() const override;
    static std::shared_ptr<Layer> from_config(const Config& config);

    double rate;
    AlphaDropoutOptions options;
    SeedGenerator seed_generator;  ///< shared by the layer's copies

protected:
    void build_variables(const Shape& input_shape) override;
};

}  // namespace keratin::layers
