#pragma once

#include <keratin/layers/recurrent_cells.hpp>
#include <keratin/layers/rnn.hpp>

#include <cstdint>
#include <memory>
#include <optional>
#include <string>

namespace keratin::layers {

/// Arguments of GRU, in Keras's order and with Keras's defaults.
struct GRUOptions {
    ActivationFunction activation = "tanh";
    ActivationFunction recurrent_activation = "sigmoid";
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
    bool reset_after = true;        ///< the reset gate acts on the product with the recurrent kernel
    bool zero_output_for_mask = false;
    bool trainable = true;
    DTypePolicy dtype = {};
    std::string name = {};  ///< "gru", "gru_1", ... when not given
};

/// Gated recurrent units (keras.layers.GRU, Cho et al. 2014); gates z, r, h in the columns of the kernels.
/// Input, output, states and errors as of RNN.
class KERATIN_EXPORT GRU : public RNN {
public:
    explicit GRU(int64_t units, GRUOptions options = {});

    Config get_config() const override;
    static std::shared_ptr<Layer> from_config(const Config& config);

    int64_t units;
    GRUOptions options;
    Variable kernel;            ///< the cell's; empty until built
    Variable recurrent_kernel;  ///< the cell's; empty until built
    Variable bias;              ///< the cell's; empty until built, and without use_bias
};

}  // namespace keratin::layers
