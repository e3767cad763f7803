#pragma once

#include <keratin/core/random.hpp>
#include <keratin/layers/rnn_cell.hpp>
#include <keratin/ops/nn/activation_function.hpp>

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace keratin::layers {

/// Arguments of SimpleRNNCell, in Keras's order and with Keras's defaults.
struct SimpleRNNCellOptions {
    ActivationFunction activation = "tanh";
    bool use_bias = true;
    InitializerHandle kernel_initializer = "glorot_uniform";
    InitializerHandle recurrent_initializer = "orthogonal";
    InitializerHandle bias_initializer = "zeros";
    RegularizerHandle kernel_regularizer = {};
    RegularizerHandle recurrent_regularizer = {};
    RegularizerHandle bias_regularizer = {};
    ConstraintHandle kernel_constraint = {};
    ConstraintHandle recurrent_constraint = {};
    ConstraintHandle bias_constraint = {};
    double dropout = 0.0;            ///< of the inputs
    double recurrent_dropout = 0.0;  ///< of the states
    std::optional<uint64_t> seed = {};
    bool trainable = true;
    DTypePolicy dtype = {};
    std::string name = {};
};

/// Arguments of GRUCell, in Keras's order and with Keras's defaults.
struct GRUCellOptions {
    ActivationFunction activation = "tanh";
    ActivationFunction recurrent_activation = "sigmoid";
    bool use_bias = true;
    InitializerHandle kernel_initializer = "glorot_uniform";
    InitializerHandle recurrent_initializer = "orthogonal";
    InitializerHandle bias_initializer = "zeros";
    RegularizerHandle kernel_regularizer = {};
    RegularizerHandle recurrent_regularizer = {};
    RegularizerHandle bias_regularizer = {};
    ConstraintHandle kernel_constraint = {};
    ConstraintHandle recurrent_constraint = {};
    ConstraintHandle bias_constraint = {};
    double dropout = 0.0;
    double recurrent_dropout = 0.0;
    bool reset_after =
        true;  ///< the reset gate acts on the product with the recurrent kernel, not on the state
    std::optional<uint64_t> seed = {};
    bool trainable = true;
    DTypePolicy dtype = {};
    std::string name = {};
};

/// Arguments of LSTMCell, in Keras's order and with Keras's defaults.
struct LSTMCellOptions {
    ActivationFunction activation = "tanh";
    ActivationFunction recurrent_activation = "sigmoid";
    bool use_bias = true;
    InitializerHandle kernel_initializer = "glorot_uniform";
    InitializerHandle recurrent_initializer = "orthogonal";
    InitializerHandle bias_initializer = "zeros";
    bool unit_forget_bias = true;  ///< the forget gate's bias begins with 1
    RegularizerHandle kernel_regularizer = {};
    RegularizerHandle recurrent_regularizer = {};
    RegularizerHandle bias_regularizer = {};
    ConstraintHandle kernel_constraint = {};
    ConstraintHandle recurrent_constraint = {};
    ConstraintHandle bias_constraint = {};
    double dropout = 0.0;
    double recurrent_dropout = 0.0;
    std::optional<uint64_t> seed = {};
    bool trainable = true;
    DTypePolicy dtype = {};
    std::string name = {};
};

/// What Keras's three cells have in common: a kernel for the inputs and one for the state, with a block of
/// columns for each gate. Dropout draws one mask for all gates, or with recurrent_dropout one for each, as
/// Keras does.
class KERATIN_EXPORT GatedCell : public RNNCell {
public:
    std::vector<int64_t> state_size() const override { return std::vector<int64_t>(states_, units); }
    void require_features(int64_t features) const override;
    Masks draw_masks(int64_t batch, int64_t features) override;
    Tensor project(const Tensor& x, const Masks& masks) override;

    int64_t units;
    Variable kernel;            ///< (features, gates * units); empty until built
    Variable recurrent_kernel;  ///< (units, gates * units); empty until built
    Variable bias;              ///< (gates * units); empty until built, and without use_bias
    SeedGenerator seed_generator;

protected:
    /// What of its options the common part needs; owned by the cell.
    struct Common {
        InitializerHandle kernel_initializer, recurrent_initializer, bias_initializer;
        RegularizerHandle kernel_regularizer, recurrent_regularizer, bias_regularizer;
        ConstraintHandle kernel_constraint, recurrent_constraint, bias_constraint;
        bool use_bias;
        double dropout, recurrent_dropout;
        std::optional<uint64_t> seed;
    };
    GatedCell(int64_t units, int64_t gates, size_t states, Common common, LayerOptions options,
              const char* class_name);

    /// The state times the recurrent kernel, each gate with its own mask.
    Tensor recur(const Tensor& state, const Masks& masks) const;
    /// The same for one gate.
    Tensor recur(const Tensor& state, int64_t gate, const Masks& masks) const;
    /// Columns of one gate.
    Tensor gate(const Tensor& all, int64_t index) const;
    /// The bias that project() adds.
    virtual Tensor input_bias() const { return bias; }
    virtual Shape bias_shape() const { return {gates_ * units}; }
    void build_list_variables(const std::vector<Shape>& input_shapes) override;
    void own_variables(std::vector<Variable>& list) const override;

    int64_t gates_;

private:
    size_t states_;
    Common common_;
};

/// h = activation(x K + h R + b) (keras.layers.SimpleRNNCell). States: h.
class KERATIN_EXPORT SimpleRNNCell : public GatedCell {
public:
    explicit SimpleRNNCell(int64_t units, SimpleRNNCellOptions options = {});

    std::vector<Tensor> step(const Tensor& x, const std::vector<Tensor>& states, const Masks& masks) override;
    std::string class_name() const override { return "SimpleRNNCell"; }
    Config get_config() const override;
    static std::shared_ptr<Layer> from_config(const Config& config);

    SimpleRNNCellOptions options;
};

/// Gated recurrent unit (keras.layers.GRUCell, Cho et al. 2014): gates z, r, h in the columns of the kernels.
/// States: h. With reset_after the bias is (2, 3 * units): of the inputs, then of the states.
class KERATIN_EXPORT GRUCell : public GatedCell {
public:
    explicit GRUCell(int64_t units, GRUCellOptions options = {});

    std::vector<Tensor> step(const Tensor& x, const std::vector<Tensor>& states, const Masks& masks) override;
    std::string class_name() const override { return "GRUCell"; }
    Config get_config() const override;
    static std::shared_ptr<Layer> from_config(const Config& config);

    GRUCellOptions options;

protected:
    Tensor input_bias() const override;
    Shape bias_shape() const override;
};

/// Long short-term memory (keras.layers.LSTMCell, Hochreiter and Schmidhuber 1997): gates i, f, c, o in the
/// columns of the kernels. States: h, c.
class KERATIN_EXPORT LSTMCell : public GatedCell {
public:
    explicit LSTMCell(int64_t units, LSTMCellOptions options = {});

    std::vector<Tensor> step(const Tensor& x, const std::vector<Tensor>& states, const Masks& masks) override;
    std::string class_name() const override { return "LSTMCell"; }
    Config get_config() const override;
    static std::shared_ptr<Layer> from_config(const Config& config);

    LSTMCellOptions options;
};

}  // namespace keratin::layers
