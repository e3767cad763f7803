#pragma once

#include <keratin/layers/rnn_cell.hpp>

#include <concepts>
#include <memory>
#include <string>
#include <utility>
#include <vector>

namespace keratin::layers {

/// Arguments of RNN, in Keras's order and with Keras's defaults.
struct RNNOptions {
    bool return_sequences = false;  ///< the outputs of all steps instead of the last
    bool return_state = false;      ///< the last states as further outputs
    bool go_backwards = false;      ///< from the last step to the first; outputs come in that order
    bool stateful = false;          ///< the states at the end are those at the beginning of the next call
    bool unroll = false;            ///< accepted: steps are never anything else
    bool zero_output_for_mask =
        false;  ///< a step that the mask leaves out gives zeros, not the output before
    RegularizerHandle activity_regularizer = {};
    bool trainable = true;
    DTypePolicy dtype = {};
    std::string name = {};  ///< "rnn", "rnn_1", ... when not given
};

/// A cell run over time (keras.layers.RNN). Input (batch, time, features), then initial states if any are
/// given; output (batch, units) or with return_sequences (batch, time, units), then with return_state the
/// states. Steps that the input's mask leaves out keep states and output; beside states only
/// CallOptions::mask counts, as in Keras. Throws ShapeError for another rank, ValueError for a wrong number
/// of states.
///
///     layers::RNN(Minimal())(x);
///     layers::LSTM(32, {.return_state = true}).apply({x});   // output, h, c
class KERATIN_EXPORT RNN : public ListLayer {
public:
    explicit RNN(std::shared_ptr<RNNCell> cell, RNNOptions options = {});
    explicit RNN(std::vector<std::shared_ptr<RNNCell>> cells, RNNOptions options = {});
    template <std::derived_from<RNNCell> C>
    explicit RNN(C one, RNNOptions given = {})
        : RNN(std::shared_ptr<RNNCell>(std::make_shared<C>(std::move(one))), std::move(given)) {}

    std::vector<Tensor> call_list(const std::vector<Tensor>& inputs) override;
    std::vector<Shape> compute_output_shapes(const std::vector<Shape>& inputs) const override;
    bool supports_masking() const override { return true; }
    std::vector<Tensor> compute_mask(const std::vector<Tensor>& inputs,
                                     const std::vector<Tensor>& outputs) const override;
    std::string class_name() const override;
    Config get_config() const override;
    static std::shared_ptr<Layer> from_config(const Config& config);

    /// Back to zeros, for a stateful layer.
    void reset_state() const;

    std::shared_ptr<RNNCell> cell;
    RNNOptions loop;               ///< how the cell is run
    std::vector<Variable> states;  ///< of a stateful layer, once it is built

protected:
    RNN(std::shared_ptr<RNNCell> cell, RNNOptions options, const char* class_name);
    void build_list_variables(const std::vector<Shape>& input_shapes) override;
    void own_variables(std::vector<Variable>& list) const override;
    std::vector<std::shared_ptr<detail::LayerState>> inner_states() const override;
    Config loop_config() const;  ///< how every config of a recurrent layer begins

private:
    /// The input's, and the states' if there are any.
    void check_shapes(const std::vector<Shape>& inputs) const;
    std::vector<Tensor> first_states(const std::vector<Tensor>& inputs) const;
    /// The outputs of call_list(), as part of a call of the cell.
    std::vector<Tensor> run(const Tensor& x, std::vector<Tensor> now) const;

    const char* class_name_;
};

}  // namespace keratin::layers
