#pragma once

#include <keratin/layers/rnn.hpp>

#include <concepts>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace keratin::layers {

/// How Bidirectional joins its two outputs: "concat", "sum", "ave", "mul", or "none" for both as they are.
class KERATIN_EXPORT MergeMode {
public:
    enum class Kind { concat, sum, ave, mul, none };

    consteval MergeMode(const char* literal) : kind_(parse(literal)) {}  // NOLINT: implicit by design
    constexpr explicit MergeMode(Kind kind) : kind_(kind) {}
    constexpr Kind kind() const { return kind_; }

private:
    static constexpr Kind parse(std::string_view word) {
        if (word == "concat") return Kind::concat;
        if (word == "sum") return Kind::sum;
        if (word == "ave") return Kind::ave;
        if (word == "mul") return Kind::mul;
        if (word == "none") return Kind::none;
        throw "no merge mode has this name";
    }
    Kind kind_;
};
/// For strings known only at run time; throws ValueError listing the words.
KERATIN_EXPORT MergeMode merge_mode(std::string_view word);

/// Arguments of Bidirectional, in Keras's order and with Keras's defaults.
struct BidirectionalOptions {
    MergeMode merge_mode = "concat";
    std::shared_ptr<RNN> backward_layer = {};  ///< the layer with go_backwards turned round when not given
    RegularizerHandle activity_regularizer = {};
    bool trainable = true;
    DType dtype = float32;
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
