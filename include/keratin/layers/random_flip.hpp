#pragma once

#include <keratin/core/random.hpp>
#include <keratin/core/word.hpp>
#include <keratin/layers/layer.hpp>

#include <array>
#include <cstdint>
#include <optional>
#include <string_view>

namespace keratin::layers {

inline constexpr std::array<std::string_view, 3> flip_words = {"horizontal", "vertical",
                                                               "horizontal_and_vertical"};
using FlipMode = Word<flip_words>;

/// Arguments of RandomFlip, in Keras's order and with Keras's defaults.
struct RandomFlipOptions {
    std::optional<uint64_t> seed = {};  ///< from the default generator when not given
    RegularizerHandle activity_regularizer = {};
    bool trainable = true;
    DTypePolicy dtype = {};
    std::string name = {};  ///< "random_flip", "random_flip_1", ... when not given
};

/// In training turns each image over with probability 1/2, left to right, top to bottom, or both at once
/// (keras.layers.RandomFlip); otherwise nothing. (batch, height, width, channels), or one image without the
/// batch, of any dtype; the output has the layer's. Throws ShapeError for an input of another rank.
class KERATIN_EXPORT RandomFlip : public Layer {
public:
    explicit RandomFlip(FlipMode mode = "horizontal_and_vertical", RandomFlipOptions options = {});

    Tensor call(const Tensor& x) override;
    Shape compute_output_shape(const Shape& input) const override;
    std::string class_name() const override { return "RandomFlip"; }
    Config get_config() const override;
    static std::shared_ptr<Layer> from_config(const Config& config);

    FlipMode mode;
    RandomFlipOptions options;
    SeedGenerator seed_generator;  ///< shared by the layer's copies

protected:
    void build_variables(const Shape& input_shape) override;
};

}  // namespace keratin::layers
