#pragma once

#include <keratin/core/word.hpp>
#include <keratin/layers/rnn.hpp>

#include <array>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace keratin::layers {

inline constexpr std::array<std::string_view, 5> merge_mode_words = {"concat", "sum", "ave", "mul", "none"};
/// How Bidirectional joins its two outputs; "none" leaves both as they are.
using MergeMode = Word<merge_mode_words>;

/// Arguments of Bidirectional, in Keras's order and with Keras's defaults.
struct BidirectionalOptions {
    MergeMode merge_mode = "concat";
    std::shared_ptr<RNN> backward_layer = {};  ///< the layer with go_backwards turned round when not given
    RegularizerHandle activity_regularizer = {};
    bool trainable = true;
    DTypePolicy dtype = {};
    std::string name = {};  ///< "bidirectional", "bidirectional_1", ... when not given
};

/// A recurrent layer run in both directions of time, and the two outputs joined (keras.layers.Bidirectional).
/// Makes layers of its own, of the given one's config, called forward_<name> and backward_<name>. Input,
/// states (the forward ones first) and errors as of RNN. Throws ValueError for two layers of one direction,
/// or whose outputs do not go together.
///
///     layers::Bidirectional(layers::LSTM(32, {.return_sequences = true}))(x);   // (batch, time, 64)
class KERATIN_EXPORT Bidirectional : public ListLayer {
public:
    explicit Bidirectional(const RNN& layer, BidirectionalOptions options = {});

    std::vector<Tensor> call_list(const std::vector<Tensor>& inputs) override;
    std::vector<Shape> compute_output_shapes(const std::vector<Shape>& inputs) const override;
    bool supports_masking() const override { return true; }
    std::vector<Tensor> compute_mask(const std::vector<Tensor>& inputs,
                                     const std::vector<Tensor>& outputs) const override;
    std::string class_name() const override { return "Bidirectional"; }
    Config get_config() const override;
    static std::shared_ptr<Layer> from_config(const Config& config);

    BidirectionalOptions options;
    std::shared_ptr<RNN> forward_layer, backward_layer;

protected:
    void build_list_variables(const std::vector<Shape>& input_shapes) override;
    std::vector<std::shared_ptr<detail::LayerState>> inner_states() const override;
};

}  // namespace keratin::layers
