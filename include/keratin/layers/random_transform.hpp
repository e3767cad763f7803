#pragma once

#include <keratin/core/one_or_more.hpp>
#include <keratin/core/random.hpp>
#include <keratin/layers/layer.hpp>
#include <keratin/ops/nn/affine_transform.hpp>

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace keratin::layers {

/// What RandomRotation and RandomTranslation take, in Keras's order and with Keras's defaults.
struct RandomTransformOptions {
    nn::FillMode fill_mode = "reflect";  ///< "constant", "reflect", "wrap", "nearest": what lies outside
    nn::Sampling interpolation = "bilinear";
    std::optional<uint64_t> seed = {};  ///< from the default generator when not given
    double fill_value = 0.0;            ///< outside, with fill_mode "constant"
    RegularizerHandle activity_regularizer = {};
    bool trainable = true;
    DTypePolicy dtype = {};
    std::string name = {};  ///< "random_rotation", "random_rotation_1", ... when not given
};

/// What they and RandomZoom have in common: in training every image is moved by a random transformation of
/// its own, otherwise nothing happens. (batch, height, width, channels), or one image without the batch, of
/// any dtype; the output has the layer's. A factor f is the range from -f to f, {lower, upper} is a range.
/// Copies of the layer share its stream of random numbers. Throws ValueError for a factor that is out of
/// bounds, ShapeError for an input of another rank.
class KERATIN_EXPORT RandomTransform : public Layer {
public:
    Tensor call(const Tensor& x) override;
    Shape compute_output_shape(const Shape& input) const override;
    std::string class_name() const override;

    SeedGenerator seed_generator;  ///< shared by the layer's copies

protected:
    RandomTransform(const LayerOptions& base, const char* class_name, std::optional<uint64_t> seed,
                    const nn::AffineTransformOptions& sampling);
    void build_variables(const Shape& input_shape) override;
    /// The transforms of nn::affine_transform() for so many images.
    virtual Tensor transforms(int64_t count, int64_t height, int64_t width) const = 0;

private:
    const char* class_name_;
    nn::AffineTransformOptions sampling_;
};

/// Turned around the center by the factor, in full turns, clockwise where it is negative
/// (keras.layers.RandomRotation).
///
///     layers::RandomRotation(0.1)(x, {.training = true});   // by up to 36 degrees to either side
class KERATIN_EXPORT RandomRotation : public RandomTransform {
public:
    explicit RandomRotation(OneOrMore<double> factor, RandomTransformOptions options = {});

    Config get_config() const override;
    static std::shared_ptr<Layer> from_config(const Config& config);

    OneOrMore<double> factor;
    RandomTransformOptions options;

protected:
    Tensor transforms(int64_t count, int64_t height, int64_t width) const override;
};

/// Moved down and to the right by the factors, as shares of the sides (keras.layers.RandomTranslation).
class KERATIN_EXPORT RandomTranslation : public RandomTransform {
public:
    RandomTranslation(OneOrMore<double> height_factor, OneOrMore<double> width_factor,
                      RandomTransformOptions options = {});

    Config get_config() const override;
    static std::shared_ptr<Layer> from_config(const Config& config);

    OneOrMore<double> height_factor;
    OneOrMore<double> width_factor;
    RandomTransformOptions options;

protected:
    Tensor transforms(int64_t count, int64_t height, int64_t width) const override;
};

/// Arguments of RandomZoom, in Keras's order and with Keras's defaults.
struct RandomZoomOptions {
    OneOrMore<double> width_factor = std::vector<double>{};  ///< as height, image by image, when empty
    nn::FillMode fill_mode = "reflect";
    nn::Sampling interpolation = "bilinear";
    std::optional<uint64_t> seed = {};
    double fill_value = 0.0;
    RegularizerHandle activity_regularizer = {};
    bool trainable = true;
    DTypePolicy dtype = {};
    std::string name = {};  ///< "random_zoom", "random_zoom_1", ... when not given
};

/// Scaled around the center so that 1 + factor times as much is seen: a positive factor zooms out
/// (keras.layers.RandomZoom).
class KERATIN_EXPORT RandomZoom : public RandomTransform {
public:
    explicit RandomZoom(OneOrMore<double> height_factor, RandomZoomOptions options = {});

    Config get_config() const override;
    static std::shared_ptr<Layer> from_config(const Config& config);

    OneOrMore<double> height_factor;
    RandomZoomOptions options;

protected:
    Tensor transforms(int64_t count, int64_t height, int64_t width) const override;

private:
    bool has_width() const;
};

}  // namespace keratin::layers
