#pragma once

#include <keratin/core/random.hpp>
#include <keratin/layers/layer.hpp>

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace keratin::layers {

class EinsumDense;

/// Arguments of MultiHeadAttention, in Keras's order and with Keras's defaults.
struct MultiHeadAttentionOptions {
    int64_t key_dim;                        ///< of each head's queries and keys; must be given
    std::optional<int64_t> value_dim = {};  ///< of each head's values; key_dim when not given
    double dropout = 0.0;                   ///< of the attention weights
    bool use_bias = true;
    std::optional<Shape> output_shape = {};  ///< without batch and time; the query's features when not given
    std::vector<int> attention_axes =
        {};  ///< over which to attend; all between batch and features when empty
    InitializerHandle kernel_initializer = "glorot_uniform";
    InitializerHandle bias_initializer = "zeros";
    RegularizerHandle kernel_regularizer = {};
    RegularizerHandle bias_regularizer = {};
    RegularizerHandle activity_regularizer = {};
    ConstraintHandle kernel_constraint = {};
    ConstraintHandle bias_constraint = {};
    std::optional<uint64_t> seed = {};
    bool trainable = true;
    DTypePolicy dtype = {};
    std::string name = {};  ///< "multi_head_attention", ... when not given
};

/// Attention by several heads side by side (keras.layers.MultiHeadAttention; Vaswani et al. 2017). Inputs
/// query (batch, T, features), value (batch, S, features), then key if it is not the value, then
/// attention_mask (batch, T, S), true where a query may look; there may be further axes between batch and
/// features. Output (batch, T, query's features). Heeds the inputs' masks. Call arguments: "use_causal_mask",
/// and "return_attention_scores" for the weights (batch, heads, T.., S..) as a second output.
///
///     layers::MultiHeadAttention(8, {.key_dim = 64})({x, x});
class KERATIN_EXPORT MultiHeadAttention : public ListLayer {
public:
    MultiHeadAttention(int64_t num_heads, MultiHeadAttentionOptions options);

    std::vector<Tensor> call_list(const std::vector<Tensor>& inputs) override;
    std::vector<Shape> compute_output_shapes(const std::vector<Shape>& inputs) const override;
    bool supports_masking() const override { return true; }
    /// The query's, of the first output alone.
    std::vector<Tensor> compute_mask(const std::vector<Tensor>& inputs,
                                     const std::vector<Tensor>&) const override {
        return {inputs.front().mask()};
    }
    std::string class_name() const override { return "MultiHeadAttention"; }
    Config get_config() const override;
    static std::shared_ptr<Layer> from_config(const Config& config);

    int64_t num_heads;
    MultiHeadAttentionOptions options;
    SeedGenerator seed_generator;
    Variable query_kernel, query_bias;    ///< (features, heads, key_dim), (heads, key_dim)
    Variable key_kernel, key_bias;        ///< the same
    Variable value_kernel, value_bias;    ///< (features, heads, value_dim), (heads, value_dim)
    Variable output_kernel, output_bias;  ///< (heads, value_dim, features), (features)

protected:
    void build_list_variables(const std::vector<Shape>& input_shapes) override;
    std::vector<std::shared_ptr<detail::LayerState>> inner_states() const override;

private:
    void check_inputs(const std::vector<Shape>& inputs) const;
    Tensor allowed(const std::vector<Tensor>& inputs) const;
    Shape score_shape(const std::vector<Shape>& inputs) const;

    std::shared_ptr<EinsumDense> query_, key_, value_, output_;
};

}  // namespace keratin::layers
