#pragma once

#include "onnx/nets.hpp"

/// Graphs behind masks, which ONNX knows nothing of: they are computed in the graph.
namespace onnx_nets {

inline const CallOptions causal{.arguments = Config::object({{"use_causal_mask", true}})};
inline const CallOptions with_scores{.arguments = Config::object({{"return_attention_scores", true}})};
inline const CallOptions causal_with_scores{
    .arguments = Config::object({{"use_causal_mask", true}, {"return_attention_scores", true}})};

/// Of words (3, 4), of which 0 is none, and of steps (3, 5, 4), of which zeros are none.
inline Net masked(const char* name, bool any_empty,
                  std::vector<KerasTensor> (*make)(const KerasTensor& words, const KerasTensor& steps)) {
    const std::vector<int32_t> words = {1, 0, 2, 0, 0, 0, 3, 1, any_empty ? 0 : 4, 0, 0, 0};
    std::vector<float> counts = {1, 0, 1, 1, 0, 0, 1, 0, 0, 1, any_empty ? 0.F : 1.F, 0, 0, 0, 0};
    return {name,
            "",
            [make] {
                const KerasTensor x = Input({4}, {.dtype = int32}), y = Input({5, 4});
                return std::make_shared<Model>(
                    std::vector<KerasTensor>{x, y},
                    make(layers::Embedding(5, 4, {.mask_zero = true})(x), layers::Masking()(y)));
            },
            {Tensor::from(words, {3, 4}),
             numbers::distinct({3, 5, 4}, 7, 1.0, float32) * Tensor::from(counts, {3, 5, 1})}};
}

inline std::vector<KerasTensor> attention_behind_masks(const KerasTensor& words, const KerasTensor& steps) {
    const KerasTensor key = layers::Dense(4)(steps), none = layers::Conv1D(4, {.kernel_size = 1})(steps);
    std::vector<KerasTensor> results = {layers::Attention()({words, steps}),
                                        layers::Attention()({words, none}),
                                        layers::Attention()({none, words}),
                                        layers::Attention({.use_scale = true})({words, steps, key}),
                                        layers::AdditiveAttention()({steps, words}),
                                        layers::Attention()({steps, steps}, causal)};
    for (const auto& more : {layers::Attention({.score_mode = "concat"}).apply({words, steps}, with_scores),
                             layers::AdditiveAttention().apply({steps, steps}, causal_with_scores)})
        results.insert(results.end(), more.begin(), more.end());
    return results;
}

inline std::vector<KerasTensor> heads_behind_masks(const KerasTensor& words, const KerasTensor& steps) {
    const auto heads = [] { return layers::MultiHeadAttention(2, {.key_dim = 3}); };
    const KerasTensor key = layers::Dense(4)(steps), none = layers::Conv1D(4, {.kernel_size = 1})(steps);
    std::vector<KerasTensor> results = {
        heads()({words, steps}),
        heads()({words, none}),
        heads()({none, words}),
        heads()({words, none, key}),
        heads()({steps, steps}, causal),
        layers::MultiHeadAttention(1, {.key_dim = 2, .dropout = 0.5})({words, steps, key})};
    const KerasTensor places =
        op("numpy.Greater", {layers::Attention().apply({words, steps}, with_scores)[1]}, "{}", {{1, "0.2"}});
    results.push_back(heads()({words, steps, key, places}));
    // A mask (batch, 1) of (batch, 1, 5, 4), beside what has none.
    const KerasTensor whole = layers::Masking()(layers::Reshape({1, 20})(steps));
    const KerasTensor tall = layers::Concatenate({.axis = 2})(
        {layers::TimeDistributed(layers::Reshape({5, 4}))(whole), layers::Reshape({1, 5, 4})(steps)});
    results.push_back(heads()({tall, tall}));
    for (const auto& more :
         {heads().apply({words, steps}, with_scores), heads().apply({steps, steps}, causal_with_scores)})
        results.insert(results.end(), more.begin(), more.end());
    return results;
}

/// What is between a mask and the layer that heeds it.
inline std::vector<KerasTensor> masks_on_their_way(const KerasTensor& words, const KerasTensor& steps) {
    const KerasTensor other = layers::LayerNormalization()(layers::Dropout(0.5)(layers::Dense(4)(words)));
    const KerasTensor none = layers::Conv1D(4, {.kernel_size = 1})(words);
    const KerasTensor cut = layers::Cropping1D({0, 1})(steps);
    const KerasTensor shifted = layers::Masking({.mask_value = 1.0})(
        layers::Concatenate(layers::ConcatenateOptions{.axis = 1})({words, cut}));
    std::vector<KerasTensor> results;
    for (const KerasTensor& x :
         {layers::Add()({words, other}), layers::Average()({words, none}), layers::Activation("relu")(steps),
          layers::Concatenate({.axis = 1})({words, steps}), layers::Concatenate({.axis = 1})({none, steps}),
          layers::Concatenate()({words, other}), layers::Concatenate()({words, none}), none, cut, shifted,
          layers::TimeDistributed(layers::Dense(3))(words),
          layers::MultiHeadAttention(1, {.key_dim = 2})({steps, words}),
          layers::UnitNormalization()(layers::LeakyReLU()(steps))})
        results.push_back(layers::GlobalAveragePooling1D()(x));
    results.push_back(layers::GlobalAveragePooling1D({.keepdims = true})(words));
    return results;
}

/// Every layer in all that it may give, behind the masks of both.
inline std::vector<KerasTensor> recurrences_behind_masks(const KerasTensor& words, const KerasTensor& steps) {
    std::vector<KerasTensor> results;
    const auto add = [&](const std::vector<KerasTensor>& more) {
        results.insert(results.end(), more.begin(), more.end());
    };
    for (const KerasTensor& x : {words, steps})
        for (const bool turned : {false, true}) {
            add({layers::SimpleRNN(3, {.go_backwards = turned})(x)});
            add(layers::LSTM(2, {.return_sequences = true, .return_state = true, .go_backwards = turned})
                    .apply({x}));
            add(layers::GRU(2, {.return_sequences = true, .go_backwards = turned, .reset_after = turned})
                    .apply({x}));
        }
    const std::vector<KerasTensor> states = layers::LSTM(3, {.return_state = true}).apply({words});
    add({layers::LSTM(3, {.zero_output_for_mask = true})({steps, states[1], states[2]})});
    add({layers::GRU(3, {.use_bias = false, .return_sequences = true})({steps, states[1]})});
    const layers::SimpleRNN all(2, {.return_sequences = true});
    add({layers::Bidirectional(layers::LSTM(2))(words),
         layers::Bidirectional(all, {.merge_mode = "sum"})(steps)});
    add(layers::Bidirectional(all, {.merge_mode = "none"}).apply({words}));
    const layers::RNN several({std::make_shared<layers::LSTMCell>(3), std::make_shared<layers::GRUCell>(2)},
                              {.return_sequences = true, .return_state = true});
    add(several.apply({steps}));
    add(layers::Bidirectional(several).apply({words}));
    // Through several of them the mask goes on.
    add({layers::SimpleRNN(2)(
        layers::Bidirectional(all)(layers::GRU(2, {.return_sequences = true})(steps)))});
    return results;
}

inline std::vector<KerasTensor> other_activations(const KerasTensor& x) {
    return {layers::SimpleRNN(2, {.activation = "gelu"})(x),
            layers::LSTM(2, {.activation = "silu", .return_sequences = true, .go_backwards = true})(x),
            layers::GRU(2, {.recurrent_activation = "selu", .reset_after = false})(x)};
}

inline std::vector<KerasTensor> several_axes(const KerasTensor& x) {
    const auto heads = [](std::vector<int> axes) {
        return layers::MultiHeadAttention(2, {.key_dim = 3, .attention_axes = std::move(axes)});
    };
    std::vector<KerasTensor> results = {
        heads({})({x, x}), heads({1})({x, x}), heads({2})({x, x}), heads({2, 1})({x, x}),
        layers::MultiHeadAttention(1, {.key_dim = 2, .output_shape = Shape{2, 3}})({x, x})};
    const std::vector<KerasTensor> more = heads({-2}).apply({x, layers::Dense(2)(x)}, with_scores);
    results.insert(results.end(), more.begin(), more.end());
    return results;
}

inline std::vector<Net> masked_graphs() {
    return {masked("attention behind masks", true, attention_behind_masks),
            masked("heads behind masks", true, heads_behind_masks),
            masked("masks on their way", false, masks_on_their_way),
            masked("recurrences behind masks", true, recurrences_behind_masks),
            graph("recurrences of other activations", {2, 4, 3}, float32, other_activations),
            graph("heads over several axes", {2, 3, 4, 5}, float32, several_axes)};
}

}  // namespace onnx_nets
