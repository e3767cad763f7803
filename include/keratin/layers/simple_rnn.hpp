#pragma once

#include <keratin/layers/recurrent_cells.hpp>
#include <keratin/layers/rnn.hpp>

#include <cstdint>
#include <memory>
#include <optional>
#include <string>

namespace keratin::layers {

/// Arguments of SimpleRNN, in Keras's order and with Keras's defaults.
struct SimpleRNNOptions {
    ActivationFunction activation = "tanh";
    bool use_bias = true;
    InitializerHandle kernel_initializer = "glorot_uniform";
    InitializerHandle recurrent_initializer = "orthogonal";
    InitializerHandle bias_initializer = "zeros";
    RegularizerHandle kernel_regularizer = {};
    RegularizerHandle recurrent_regularizer = {};
    RegularizerHandle bias_regularizer = {};
    RegularizerHandle activity_regularizer = {};
    ConstraintHandle kernel_constraint = {};
    ConstraintHandle recurrent_constraint = {};
    ConstraintHandle bias_constraint = {};
    double dropout = 0.0;            ///< of the inputs
    double recurrent_dropout = 0.0;  ///< of the states
    std::optional<uint64_t> seed = {};
    bool return_sequences = false;  ///< the outputs of all steps instead of the last
    bool return_state = false;      ///< the last states as further outputs
    bool go_backwards = false;      ///< from the last step to the first; outputs come in that order
    bool stateful = false;          ///< the states at the end are those at the beginning of the next call
    bool unroll = false;            ///< accepted: steps are never anything else
    bool zero_output_for_mask = false;
    bool trainable = true;
    DTypePolicy dtype = {};
    std::string name = {};  ///< "simple_rnn", "simple_rnn_1", ... when not given
};

/// The plain recurrent layer (keras.layers.SimpleRNN): h = activation(x K + h R + b).
/// Input, output, states and errors as of RNN.
class KERATIN_EXPORT SimpleRNN : public RNN {
public:
    explicit SimpleRNN(int64_t units, SimpleRNNOptions options = {});

    Config get_config() const override;
    static std::shared_ptr<Layer> from_config(const Config& config);

    int64_t units;
    SimpleRNNOptions options;
    Variable kernel;            ///< the cell's; empty until built
    Variable recurrent_kernel;  ///< the cell's; empty until built
    Variable bias;              ///< the cell's; empty until built, and without use_bias
};

}  // namespace keratin::layers
