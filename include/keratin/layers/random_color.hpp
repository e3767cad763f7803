#pragma once

#include <keratin/core/one_or_more.hpp>
#include <keratin/core/random.hpp>
#include <keratin/layers/layer.hpp>

#include <array>
#include <cstdint>
#include <optional>
#include <string>

namespace keratin::layers {

/// What RandomBrightness and RandomContrast take, in Keras's order and with Keras's defaults.
struct RandomColorOptions {
    std::array<double, 2> value_range = {0, 255};  ///< of the numbers that come in and go out
    std::optional<uint64_t> seed = {};             ///< from the default generator when not given
    RegularizerHandle activity_regularizer = {};
    bool trainable = true;
    DTypePolicy dtype = {};
    std::string name = {};  ///< "random_brightness", "random_brightness_1", ... when not given
};

/// What they have in common: in training every image is changed by a random number of its own and cut to the
/// value range, otherwise nothing happens. (batch, height, width, channels), or one image without the batch,
/// of any dtype; the output has the layer's. Copies of the layer share its stream of random numbers. Throws
/// ValueError for a factor or value range that is out of bounds, ShapeError for an input of another rank.
class KERATIN_EXPORT RandomColor : public Layer {
public:
    Tensor call(const Tensor& x) override;
    Shape compute_output_shape(const Shape& input) const override;
    std::string class_name() const override;
    Config get_config() const override;

    OneOrMore<double> factor;
    RandomColorOptions options;
    SeedGenerator seed_generator;  ///< shared by the layer's copies

protected:
    RandomColor(OneOrMore<double> factor, RandomColorOptions options, const char* class_name,
                double lowest_factor);
    void build_variables(const Shape& input_shape) override;
    /// The images changed; `shares`, (batch, 1, 1, 1), says for each how far into its range its number is.
    virtual Tensor change(const Tensor& images, const Tensor& shares) const = 0;
    /// The bounds of the factor.
    std::array<double, 2> bounds() const;

private:
    const char* class_name_;
    double lowest_factor_;
};

/// factor times the width of the value range is added; a factor f is the range from -f to f, {lower, upper}
/// is a range, within [-1, 1] (keras.layers.RandomBrightness).
class KERATIN_EXPORT RandomBrightness : public RandomColor {
public:
    explicit RandomBrightness(OneOrMore<double> factor, RandomColorOptions options = {});
    static std::shared_ptr<Layer> from_config(const Config& config);

protected:
    Tensor change(const Tensor& images, const Tensor& shares) const override;
};

/// Distances from the mean of each channel are scaled by a number from 1 - lower to 1 + upper; a factor f is
/// {0, f} for f within [0, 1], {lower, upper} is itself, within [-1, 1] (keras.layers.RandomContrast).
class KERATIN_EXPORT RandomContrast : public RandomColor {
public:
    explicit RandomContrast(OneOrMore<double> factor, RandomColorOptions options = {});
    static std::shared_ptr<Layer> from_config(const Config& config);

protected:
    Tensor change(const Tensor& images, const Tensor& shares) const override;
};

}  // namespace keratin::layers
