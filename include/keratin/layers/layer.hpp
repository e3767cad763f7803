#pragma once

#include <keratin/autograd/variable.hpp>
#include <keratin/constraints/constraint.hpp>
#include <keratin/core/config.hpp>
#include <keratin/core/dtype_policy.hpp>
#include <keratin/core/tensor.hpp>
#include <keratin/initializers/initializer.hpp>
#include <keratin/layers/input_spec.hpp>
#include <keratin/layers/keras_tensor.hpp>
#include <keratin/regularizers/regularizer.hpp>

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace keratin {

namespace detail {
struct LayerState;
}

/// What every Keras layer takes besides its own arguments.
struct LayerOptions {
    RegularizerHandle activity_regularizer = {};  ///< penalty on the output, divided by the batch size
    bool trainable = true;
    DTypePolicy dtype = {};  ///< of the variables and of the computation
    /// Floating inputs and variables are cast to the computation's dtype; false leaves both to call().
    bool autocast = true;
    std::string name = {};  ///< "conv2d", "conv2d_1", ... when empty
};

struct CallOptions {
    std::optional<bool> training = {};  ///< as the enclosing call when not given; false outside of any
    Tensor mask = {};                   ///< of the first input, instead of the one that it carries
    /// What else a layer's call() takes in Keras, by its name there: {{"use_causal_mask", true}}.
    Config arguments = {};
};

struct WeightOptions {
    std::string name;
    Shape shape = {};
    InitializerHandle initializer = "glorot_uniform";
    RegularizerHandle regularizer = {};
    ConstraintHandle constraint = {};
    bool trainable = true;
    std::optional<DType> dtype = {};  ///< the layer's when not given
    bool autocast = true;             ///< read as the dtype that the layer computes in
};

/// A layer's `trainable`: reads as a bool, is assigned like one, and is shared by the layer's copies.
/// Assigning reaches the layers inside as well.
class KERATIN_EXPORT TrainableFlag {
public:
    explicit TrainableFlag(std::shared_ptr<detail::LayerState> state) : state_(std::move(state)) {}
    TrainableFlag(const TrainableFlag&) = default;
    TrainableFlag& operator=(const TrainableFlag& other) { return *this = static_cast<bool>(other); }
    TrainableFlag& operator=(bool trainable);
    operator bool() const;  // NOLINT: reads as a bool
    bool operator()() const { return static_cast<bool>(*this); }

private:
    friend class Layer;
    std::shared_ptr<detail::LayerState> state_;
};

/// A computation that owns variables (keras.layers.Layer).
///
/// A layer is built by its first call, from the input's shape. Its only mutable state is its variables, which
/// are shared handles: copies of a layer share weights, as references to one Keras layer do; clone() makes an
/// independent one. Derive from Layer and override call(), composing layers and ops: gradients, variables and
/// summary follow by themselves. Layers called inside call() belong to the caller from then on.
///
///     struct Residual : Layer {
///         layers::Conv2D first{16, {.kernel_size = 3, .padding = "same", .activation = "relu"}};
///         layers::Conv2D second{16, {.kernel_size = 3, .padding = "same"}};
///         Tensor call(const Tensor& x) override { return nn::relu(x + second(first(x))); }
///     };
class KERATIN_EXPORT Layer : public std::enable_shared_from_this<Layer> {
public:
    Layer();
    explicit Layer(LayerOptions options, std::string_view class_name = {});
    virtual ~Layer();
    Layer(const Layer& other);
    Layer& operator=(const Layer& other);

    /// Builds the layer if it is not yet, casts a floating input to its compute_dtype(), and calls it. Safe
    /// from many threads at once. Throws what build() and call() throw, with the layer's name.
    Tensor operator()(const Tensor& x, const CallOptions& options = {}) const;
    /// The same on several inputs, as merging layers take them; the first output where there are several.
    Tensor operator()(const std::vector<Tensor>& inputs, const CallOptions& options = {}) const;
    /// Every output, for any number of inputs.
    std::vector<Tensor> apply(const std::vector<Tensor>& inputs, const CallOptions& options = {}) const;

    /// A node of a functional model: the layer is built, and called when the model is. A class of one's own
    /// must be known by register_layer<L>(), or the layer be held by a std::shared_ptr, for the model keeps a
    /// copy.
    KerasTensor operator()(const KerasTensor& x, const CallOptions& options = {}) const;
    KerasTensor operator()(const std::vector<KerasTensor>& inputs, const CallOptions& options = {}) const;
    std::vector<KerasTensor> apply(const std::vector<KerasTensor>& inputs,
                                   const CallOptions& options = {}) const;

    /// Makes the variables for inputs of this shape (the batch may be Shape::unknown), once; when it throws,
    /// the layer is as before. Layers override build_variables().
    virtual void build(const Shape& input_shape);
    /// The layer's own computation on a built layer.
    virtual Tensor call(const Tensor& x) = 0;
    /// The output's shape for an input's; unknown extents stay unknown. The default runs call() on zeros.
    virtual Shape compute_output_shape(const Shape& input) const;

    /// build(), call() and compute_output_shape() of layers with several inputs or outputs, which derive from
    /// ListLayer. By default there must be one input, and it is the one output's.
    virtual void build_list(const std::vector<Shape>& input_shapes);
    virtual std::vector<Tensor> call_list(const std::vector<Tensor>& inputs);
    virtual std::vector<Shape> compute_output_shapes(const std::vector<Shape>& inputs) const;
    /// What kind of numbers come out, for inputs of these dtypes. By default compute_dtype().
    virtual DType compute_output_dtype(const std::vector<DType>& inputs) const;

    /// True for layers that know masks: they read Tensor::mask() of their inputs, or hand it on.
    virtual bool supports_masking() const { return false; }
    /// True for those of them whose outputs have a mask though the inputs have none (Masking, Embedding).
    virtual bool makes_mask() const { return false; }
    /// The masks of the outputs, when supports_masking(); undefined for none. Default: each output has the
    /// first input's.
    virtual std::vector<Tensor> compute_mask(const std::vector<Tensor>& inputs,
                                             const std::vector<Tensor>& outputs) const;

    const std::string& name() const;
    /// "Conv2D": the class's name as in Keras; of a user's class the C++ name.
    virtual std::string class_name() const;
    DType dtype() const;          ///< of the variables: dtype_policy().variable_dtype()
    DType compute_dtype() const;  ///< that inputs are cast to and outputs have
    const DTypePolicy& dtype_policy() const;
    bool built() const;
    /// What the inputs must be, one for each, checked by every call before call(); empty for anything.
    const std::vector<InputSpec>& input_spec() const;

    /// Own variables, trainable ones first, then those of the layers inside, in the order of their making.
    std::vector<Variable> variables() const;
    std::vector<Variable> trainable_variables() const;
    std::vector<Variable> non_trainable_variables() const;
    int64_t count_params() const;  ///< numbers in variables(); throws ValueError before the layer is built
    /// Values of variables(), in order.
    std::vector<Tensor> get_weights() const;
    void set_weights(const std::vector<Tensor>& weights);
    /// The penalties of the regularizers on the trainable variables, each a scalar.
    std::vector<Tensor> losses() const;

    TrainableFlag trainable;
    void set_trainable(bool on) { trainable = on; }

    /// Constructor arguments by Keras's names, beginning with name, trainable and dtype. Throws ValueError
    /// for a user's class that does not override it.
    virtual Config get_config() const;
    /// A layer with the same config and no weights shared, through the registry.
    std::shared_ptr<Layer> clone() const;

protected:
    /// Overridden by layers with variables: fills the members through add_weight(). The default builds the
    /// layers inside by running call() on zeros.
    virtual void build_variables(const Shape& input_shape);
    virtual void build_list_variables(const std::vector<Shape>& input_shapes);
    /// Appends the variables among the members, in Keras's order. Default: those made by add_weight().
    virtual void own_variables(std::vector<Variable>& list) const;
    /// The layers inside. Default: those that call() has called.
    virtual std::vector<std::shared_ptr<detail::LayerState>> inner_states() const;

    /// Fills `slot` (a member) with a new variable of this layer, at path scope/layer/name.
    void add_weight(Variable& slot, const WeightOptions& options) const;
    /// For constructors: what the one input must be, or each of several. Throws ValueError for a spec that
    /// contradicts itself.
    void set_input_spec(InputSpec spec);
    void set_input_specs(std::vector<InputSpec> specs);
    /// Inside call(): a penalty that fit() adds to the loss, and evaluate() as well; its elements are summed
    /// (keras.layers.Layer.add_loss). Throws ValueError outside of a call, or for integers.
    void add_loss(const Tensor& loss) const;
    /// True inside a call that trains.
    static bool training();
    /// One of CallOptions::arguments of the call that runs, as a flag; false when it is not given.
    static bool call_flag(std::string_view argument);
    /// name, trainable, dtype: how every config begins.
    Config base_config() const;
    /// What base_config() wrote; absent members take the defaults.
    static LayerOptions base_options(const Config& config);

    friend struct detail::LayerState;
    std::shared_ptr<detail::LayerState> state_;
};

/// A layer of several inputs, several outputs or both (merging layers, attention). Override call_list().
///
///     struct Difference : ListLayer {
///         std::vector<Tensor> call_list(const std::vector<Tensor>& x) override { return {x[0] - x[1]}; }
///     };
///     Difference()({a, b});
class KERATIN_EXPORT ListLayer : public Layer {
public:
    using Layer::Layer;

    std::vector<Tensor> call_list(const std::vector<Tensor>& inputs) override = 0;
    /// The default runs call_list() on zeros.
    std::vector<Shape> compute_output_shapes(const std::vector<Shape>& inputs) const override;

    Tensor call(const Tensor& x) final;
    Shape compute_output_shape(const Shape& input) const final;

protected:
    /// The default builds the layers inside by running call_list() on zeros.
    void build_list_variables(const std::vector<Shape>& input_shapes) override;
    void build_variables(const Shape& input_shape) final;
};

KERATIN_EXPORT std::string to_string(const Layer& layer);  ///< <Conv2D name=conv2d, built=True>
KERATIN_EXPORT std::ostream& operator<<(std::ostream& out, const Layer& layer);

/// Restarts the numbering of automatic names (keras.backend.clear_session).
KERATIN_EXPORT void clear_session();
/// "max_pooling2d" of "MaxPooling2D": how automatic names begin.
KERATIN_EXPORT std::string to_snake_case(std::string_view class_name);
/// "conv2d", then "conv2d_1", ...: the next automatic name of a base name.
KERATIN_EXPORT std::string unique_name(const std::string& base);

}  // namespace keratin

template <std::derived_from<keratin::Layer> L>
struct fmt::formatter<L> : fmt::formatter<fmt::string_view> {
    template <class Context>
    auto format(const keratin::Layer& layer, Context& context) const {
        return fmt::formatter<fmt::string_view>::format(keratin::to_string(layer), context);
    }
};
