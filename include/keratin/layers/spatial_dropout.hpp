#pragma once

#include <keratin/core/random.hpp>
#include <keratin/layers/layer.hpp>

#include <cstdint>
#include <optional>

namespace keratin::layers {

/// What SpatialDropout1D and SpatialDropout2D take, with Keras's defaults.
struct SpatialDropoutOptions {
    std::optional<uint64_t> seed = {};  ///< from the default generator when not given
    RegularizerHandle activity_regularizer = {};
    bool trainable = true;
    DTypePolicy dtype = {};
    std::string name = {};  ///< "spatial_dropout2d", "spatial_dropout2d_1", ... when not given
};

/// What they have in common: dropout of whole feature maps (Tompson et al. 2015). In training each channel of
/// each sample is 0 with probability rate, the others are scaled by 1 / (1 - rate); otherwise nothing
/// happens. Copies of the layer share its stream of random numbers. Throws ValueError for a rate outside [0,
/// 1], ShapeError for an input of another rank.
class KERATIN_EXPORT SpatialDropout : public Layer {
public:
    Tensor call(const Tensor& x) override;
    Shape compute_output_shape(const Shape& input) const override;
    std::string class_name() const override;
    bool supports_masking() const override { return true; }
    Config get_config() const override;

    double rate;
    SpatialDropoutOptions options;
    SeedGenerator seed_generator;  ///< shared by the layer's copies

protected:
    SpatialDropout(double rate, SpatialDropoutOptions options, int spatial_axes);
    void build_variables(const Shape& input_shape) override;

private:
    int spatial_axes_;
};

/// Of (batch, steps, channels) (keras.layers.SpatialDropout1D).
class KERATIN_EXPORT SpatialDropout1D : public SpatialDropout {
public:
    explicit SpatialDropout1D(double rate, SpatialDropoutOptions options = {});
    static std::shared_ptr<Layer> from_config(const Config& config);
};

/// Of (batch, height, width, channels) (keras.layers.SpatialDropout2D).
class KERATIN_EXPORT SpatialDropout2D : public SpatialDropout {
public:
    explicit SpatialDropout2D(double rate, SpatialDropoutOptions options = {});
    static std::shared_ptr<Layer> from_config(const Config& config);
};

}  // namespace keratin::layers
