#pragma once

#include <keratin/core/random.hpp>
#include <keratin/core/word.hpp>
#include <keratin/layers/layer.hpp>

#include <array>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace keratin::layers {

inline constexpr std::array<std::string_view, 2> score_mode_words = {"dot", "concat"};
/// How Attention compares a query with a key (Luong et al. 2015).
using ScoreMode = Word<score_mode_words>;

/// Arguments of Attention, in Keras's order and with Keras's defaults.
struct AttentionOptions {
    bool use_scale = false;  ///< a scalar that is learnt multiplies the scores
    ScoreMode score_mode = "dot";
    double dropout = 0.0;
    std::optional<uint64_t> seed = {};
    RegularizerHandle activity_regularizer = {};
    bool trainable = true;
    DTypePolicy dtype = {};
    std::string name = {};  ///< "attention", "attention_1", ... when not given
};

/// softmax(score(query, key)) value (keras.layers.Attention; Luong et al. 2015), the scores not scaled.
/// Inputs query (batch, Tq, dim), value (batch, Tv, dim) and, if it is another, key; output (batch, Tq, dim).
/// What the value's mask leaves out gets no weight, what the query's leaves out is 0. Call arguments:
/// "use_causal_mask", and "return_attention_scores" for the weights (batch, Tq, Tv) as a second output.
///
///     layers::Attention().apply({q, v}, {.arguments = Config::object({{"return_attention_scores", true}})});
class KERATIN_EXPORT Attention : public ListLayer {
public:
    explicit Attention(AttentionOptions options = {});

    std::vector<Tensor> call_list(const std::vector<Tensor>& inputs) override;
    std::vector<Shape> compute_output_shapes(const std::vector<Shape>& inputs) const override;
    bool supports_masking() const override { return true; }
    /// The query's, of the first output alone.
    std::vector<Tensor> compute_mask(const std::vector<Tensor>& inputs,
                                     const std::vector<Tensor>&) const override {
        return {inputs.front().mask()};
    }
    std::string class_name() const override { return class_name_; }
    Config get_config() const override;
    static std::shared_ptr<Layer> from_config(const Config& config);

    AttentionOptions options;
    Variable scale;                ///< with use_scale; empty until built
    Variable concat_score_weight;  ///< with score_mode "concat"; empty until built
    SeedGenerator seed_generator;

protected:
    Attention(AttentionOptions options, const char* class_name);
    /// (batch, Tq, Tv).
    virtual Tensor scores(const Tensor& query, const Tensor& key) const;
    void build_list_variables(const std::vector<Shape>& input_shapes) override;
    void own_variables(std::vector<Variable>& list) const override;
    void check_inputs(const std::vector<Shape>& inputs) const;

private:
    const char* class_name_;
};

/// Arguments of AdditiveAttention, in Keras's order and with Keras's defaults.
struct AdditiveAttentionOptions {
    bool use_scale = true;  ///< a vector that is learnt weighs the features
    double dropout = 0.0;
    std::optional<uint64_t> seed = {};
    RegularizerHandle activity_regularizer = {};
    bool trainable = true;
    DTypePolicy dtype = {};
    std::string name = {};  ///< "additive_attention", ... when not given
};

/// As Attention, with sum(scale * tanh(query + key)) for scores (keras.layers.AdditiveAttention; Bahdanau et
/// al. 2014).
class KERATIN_EXPORT AdditiveAttention : public Attention {
public:
    explicit AdditiveAttention(AdditiveAttentionOptions options = {});

    Config get_config() const override;
    static std::shared_ptr<Layer> from_config(const Config& config);

protected:
    Tensor scores(const Tensor& query, const Tensor& key) const override;
    void build_list_variables(const std::vector<Shape>& input_shapes) override;
};

}  // namespace keratin::layers
