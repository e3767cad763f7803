#pragma once

#include <keratin/core/padding.hpp>
#include <keratin/layers/layer.hpp>

namespace keratin::layers {

/// Arguments of RepeatVector, in Keras's order and with Keras's defaults.
struct RepeatVectorOptions {
    RegularizerHandle activity_regularizer = {};
    bool trainable = true;
    DTypePolicy dtype = {};
    std::string name = {};  ///< "repeat_vector", "repeat_vector_1", ... when not given
};

/// Vectors `n` times, as a sequence (keras.layers.RepeatVector): (batch, features) -> (batch, n, features).
/// Throws ValueError for n below 1, ShapeError for another rank.
///
///     layers::RepeatVector(3)(x);   // (64, 32) -> (64, 3, 32)
class KERATIN_EXPORT RepeatVector : public Layer {
public:
    explicit RepeatVector(int64_t n, RepeatVectorOptions options = {});

    Tensor call(const Tensor& x) override;
    Shape compute_output_shape(const Shape& input) const override;
    std::string class_name() const override { return "RepeatVector"; }
    Config get_config() const override;
    static std::shared_ptr<Layer> from_config(const Config& config);

    int64_t n;
    RepeatVectorOptions options;

protected:
    void build_variables(const Shape& input_shape) override;
};

}  // namespace keratin::layers
