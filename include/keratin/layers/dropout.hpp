#pragma once

#include <keratin/core/random.hpp>
#include <keratin/layers/layer.hpp>

#include <cstdint>
#include <optional>

namespace keratin::layers {

/// Arguments of Dropout, in Keras's order and with Keras's defaults.
struct DropoutOptions {
    std::optional<Shape> noise_shape = {};  ///< broadcasts over its axes of extent 1; unknown: the input's
    std::optional<uint64_t> seed = {};      ///< from the default generator when not given
    RegularizerHandle activity_regularizer = {};
    bool trainable = true;
    DTypePolicy dtype = {};
    std::string name = {};  ///< "dropout", "dropout_1", ... when not given
};

/// In training sets elements to 0 with probability rate and scales the others by 1 / (1 - rate); nothing else
/// (keras.layers.Dropout, Srivastava et al. 2014). Any shape. Copies of the layer share its stream of random
/// numbers. Throws ValueError for a rate outside [0, 1], ShapeError for a noise_shape that does not fit.
class KERATIN_EXPORT Dropout : public Layer {
public:
    explicit Dropout(double rate, DropoutOptions options = {});

    Tensor call(const Tensor& x) override;
    Shape compute_output_shape(const Shape& input) const override;
    std::string class_name() const override { return "Dropout"; }
    bool supports_masking() const override { return true; }
    Config get_config() const override;
    static std::shared_ptr<Layer> from_config(const Config& config);

    double rate;
    DropoutOptions options;
    SeedGenerator seed_generator;  ///< shared by the layer's copies

protected:
    void build_variables(const Shape& input_shape) override;
};

}  // namespace keratin::layers
