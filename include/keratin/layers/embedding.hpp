#pragma once

#include <keratin/layers/layer.hpp>

namespace keratin::layers {

/// Arguments of Embedding, in Keras's order and with Keras's defaults.
struct EmbeddingOptions {
    InitializerHandle embeddings_initializer = "uniform";
    RegularizerHandle embeddings_regularizer = {};
    ConstraintHandle embeddings_constraint = {};
    bool mask_zero = false;  ///< 0 stands for no word: the output has a mask that is false there
    RegularizerHandle activity_regularizer = {};
    bool trainable = true;
    DTypePolicy dtype = {};
    std::string name = {};  ///< "embedding", "embedding_1", ... when not given
};

/// A vector for each number (keras.layers.Embedding): (batch, ..) of numbers in [0, input_dim) -> (batch, ..,
/// output_dim). Numbers of floating dtypes lose their fraction. Throws ValueError for dimensions below 1 and
/// for numbers outside the range.
///
///     layers::Embedding(1000, 64)(words);   // (32, 10) -> (32, 10, 64)
class KERATIN_EXPORT Embedding : public Layer {
public:
    Embedding(int64_t input_dim, int64_t output_dim, EmbeddingOptions options = {});

    Tensor call(const Tensor& x) override;
    Shape compute_output_shape(const Shape& input) const override;
    std::string class_name() const override { return "Embedding"; }
    bool supports_masking() const override { return options.mask_zero; }
    bool makes_mask() const override { return options.mask_zero; }
    std::vector<Tensor> compute_mask(const std::vector<Tensor>& inputs,
                                     const std::vector<Tensor>& outputs) const override;
    Config get_config() const override;
    static std::shared_ptr<Layer> from_config(const Config& config);

    int64_t input_dim;
    int64_t output_dim;
    EmbeddingOptions options;
    Variable embeddings;  ///< (input_dim, output_dim); empty until built

protected:
    void build_variables(const Shape& input_shape) override;
    void own_variables(std::vector<Variable>& list) const override;
};

}  // namespace keratin::layers
