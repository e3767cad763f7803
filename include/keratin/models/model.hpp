#pragma once

#include <keratin/core/one_or_more.hpp>
#include <keratin/layers/keras_tensor.hpp>
#include <keratin/layers/layer.hpp>
#include <keratin/models/training.hpp>

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace keratin {

class Graph;
class LoadedModel;
struct SaveOptions;
struct LoadWeightsOptions;

struct SummaryOptions {
    int line_length = 0;                                       ///< 0: the terminal's width less 4, at most 88
    std::function<void(std::string_view line)> print_fn = {};  ///< default: standard output
    bool expand_nested = false;
    bool show_trainable = false;
};

struct CheckpointOptions {
    std::string previous = {};         ///< path that keeps the checkpoint before; it goes when empty
    std::function<void()> saved = {};  ///< called when the file is safe
};

/// One layer of a model, as Model::layers() lists it: reads like a pointer and like the layer.
class KERATIN_EXPORT LayerReference {
public:
    explicit LayerReference(std::shared_ptr<Layer> layer) : layer_(std::move(layer)) {}

    Layer* operator->() const { return layer_.get(); }
    Layer& operator*() const { return *layer_; }
    operator Layer&() const { return *layer_; }  // NOLINT: reads like the layer
    const std::shared_ptr<Layer>& pointer() const { return layer_; }

    const std::string& name() const { return layer_->name(); }
    std::vector<Variable> variables() const { return layer_->variables(); }
    std::vector<Variable> trainable_variables() const { return layer_->trainable_variables(); }

private:
    std::shared_ptr<Layer> layer_;
};

/// A layer that can be trained (keras.Model). Copies share everything, as references to one Keras model do.
/// predict() and evaluate() of one compiled model may run in many threads at once; training may not run
/// beside them.
///
/// A functional model is what lies between inputs and outputs:
///
///     KerasTensor x = Input({32, 32, 3});
///     KerasTensor y = layers::Conv2D(16, {.kernel_size = 3, .padding = "same"})(x);
///     y = layers::Add()({y, layers::Conv2D(16, {.kernel_size = 1})(x)});
///     Model model(x, layers::Dense(10)(layers::Flatten()(y)));
///
/// Or derive from Model and override call(), as of a Layer.
class KERATIN_EXPORT Model : public Layer {
public:
    explicit Model(LayerOptions options = {}, std::string_view class_name = {});
    /// The functional model of all calls between the two. Throws ValueError when an output needs an Input
    /// that is not among the inputs, or when two layers share a name.
    Model(OneOrMore<KerasTensor> inputs, OneOrMore<KerasTensor> outputs, LayerOptions options = {});

    /// Of functional models; a model of another kind is called through its own call().
    Tensor call(const Tensor& x) override;
    std::vector<Tensor> call_list(const std::vector<Tensor>& inputs) override;
    Shape compute_output_shape(const Shape& input) const override;
    std::vector<Shape> compute_output_shapes(const std::vector<Shape>& inputs) const override;
    DType compute_output_dtype(const std::vector<DType>& inputs) const override;
    std::string class_name() const override;
    Config get_config() const override;
    static std::shared_ptr<Layer> from_config(const Config& config);
    /// The node that serialize() gives, as JSON, with what compile() was given; for model_from_json(). The
    /// weights are not in it.
    std::string to_json() const;

    bool is_functional() const { return static_cast<bool>(graph_); }
    /// What a functional model was made of; empty for others.
    std::vector<KerasTensor> inputs() const;
    std::vector<KerasTensor> outputs() const;

    /// Chooses what training does. May be called again; the weights stay.
    void compile(CompileOptions options);
    /// What compile() was given as Keras's files hold it; an empty object before. Throws ValueError for
    /// losses, metrics and learning rates that are functions, which have no config.
    Config get_compile_config() const;
    /// compile() with what get_compile_config() gave; the optimizer's state is made if the model is built.
    /// Throws ValueError for classes that are not registered. Nothing for an empty object.
    void compile_from_config(const Config& config);

    /// Trains on whole tensors: x (n, ...), y (n, ...). Throws ValueError before compile(), for empty data or
    /// numbers of samples that differ, and what the layers throw. Follows Keras step by step: shuffling per
    /// epoch, the last short batch kept, logs as running means, validation after the epoch.
    History fit(const Tensors& x, const Tensors& y, const FitOptions& options = {});
    History fit(const Dataset& data, const FitOptions& options = {});
    /// Trains on batches that the caller makes; batch_size, shuffle, validation_split and weights do not
    /// apply.
    History fit(const BatchSource& batches, const FitOptions& options = {});

    /// Loss and metrics over the data, in test mode.
    Logs evaluate(const Tensors& x, const Tensors& y, const EvaluateOptions& options = {}) const;
    Logs evaluate(const Dataset& data, const EvaluateOptions& options = {}) const;
    Logs evaluate(const BatchSource& batches, const EvaluateOptions& options = {}) const;
    /// The output for x, batch by batch. Throws ValueError for a model of several outputs.
    Tensor predict(const Tensors& x, const PredictOptions& options = {}) const;
    Tensor predict(const Dataset& data, const PredictOptions& options = {}) const;
    Tensor predict(const BatchSource& batches, const PredictOptions& options = {}) const;
    /// The same for any number of outputs.
    std::vector<Tensor> predict_all(const Tensors& x, const PredictOptions& options = {}) const;
    std::vector<Tensor> predict_all(const BatchSource& batches, const PredictOptions& options = {}) const;

    /// One step on one batch; the logs are this batch's alone.
    Logs train_on_batch(const Tensors& x, const Tensors& y, const Tensors& sample_weight = {},
                        const std::map<int64_t, double>& class_weight = {});
    Logs test_on_batch(const Tensors& x, const Tensors& y, const Tensors& sample_weight = {}) const;
    Tensor predict_on_batch(const Tensors& x) const;  ///< as predict()

    /// What fit(), evaluate() and predict() do with a batch (keras.Model.train_step). Override them for steps
    /// of your own: the logs that they return are shown and kept, the last ones of an epoch as the epoch's.
    /// What returns nothing leaves the logs to the compiled loss and metrics, as these do.
    virtual std::optional<Logs> train_step(const Batch& batch);
    virtual std::optional<Logs> test_step(const Batch& batch) const;
    virtual Tensors predict_step(const Tensors& x) const;
    /// The compiled loss of a batch, with all penalties: a scalar. In a step of one's own those are also what
    /// the layers called in it have added by activity regularizers and add_loss().
    Tensor compute_loss(const Batch& batch, const Tensors& y_pred) const;
    /// Adds a batch to the compiled metrics of the run and answers its logs so far: what train_step() and
    /// test_step() end with (keras.Model.compute_metrics). Override it to add metrics of your own; they are
    /// then yours to reset between epochs, for instance in a callback.
    virtual Logs compute_metrics(const Batch& batch, const Tensors& y_pred) const;

    /// Ends fit() after the running batch; for callbacks.
    void stop_training();
    /// Lets fit() begin at this epoch, counted from 0, instead of initial_epoch; for callbacks, from
    /// on_train_begin(). A checkpoint knows better.
    void start_at_epoch(int64_t epoch);
    bool compiled() const;
    optimizers::Optimizer& optimizer() const;  ///< throws ValueError before compile()
    const losses::Loss& loss() const;          ///< of the first output
    /// Of the first input, the batch mostly unknown; nothing before the model is built.
    virtual std::optional<Shape> input_shape() const;
    /// The outputs' names, which losses and metrics may be given by; one empty name where they have none.
    std::vector<std::string> output_names() const;
    /// Metrics of the last compile(), resolved after the first batch; empty before.
    std::vector<std::shared_ptr<metrics::Metric>> metrics() const;
    /// The names in the logs: the loss, the metrics, the losses of several outputs. Empty before compile().
    std::vector<std::string> metrics_names() const;
    /// Lets the metrics, and the loss of a run that is calling this, count anew.
    void reset_metrics();

    /// The layers of this model, in Keras's order; of a class of one's own, those that call() has called.
    virtual std::vector<LayerReference> layers() const;
    /// By name or position; throws ValueError listing the names there are.
    Layer& get_layer(std::string_view name) const;
    Layer& get_layer(int64_t index) const;
    /// The same, as its own class; throws ValueError when it is another.
    template <std::derived_from<Layer> L>
    L& get_layer(std::string_view name) const {
        return as<L>(get_layer(name));
    }
    template <std::derived_from<Layer> L>
    L& get_layer(int64_t index) const {
        return as<L>(get_layer(index));
    }

    /// Keras's table of layers, shapes and parameters.
    void summary(const SummaryOptions& options = {}) const;

    /// Writes the whole model as a ".keras" file, which Keras 3 opens as well: its config, what compile() was
    /// given, the weights and the optimizer's state (keras.Model.save). Options and load_model():
    /// <keratin/io/saving.hpp>. Throws ValueError for what has no config, such as functions of the program's,
    /// and for other extensions; IoError naming path and cause, the old file is then still there.
    void save(const std::string& path) const;
    void save(const std::string& path, const SaveOptions& options) const;
    /// Writes the variables: "*.weights.h5", or with max_shard_size "*.weights.json", as Keras does, with the
    /// optimizer's state; others as safetensors, by path. Written beside the file, then renamed over it.
    void save_weights(const std::string& path) const;
    void save_weights(const std::string& path, const SaveOptions& options) const;
    /// Reads what save_weights() or Keras wrote: safetensors, "*.weights.h5" or ".json", ".h5" of Keras 2, or
    /// the weights of a ".keras" file. Throws IoError, FormatError, or ValueError when names, numbers or
    /// shapes do not agree; the model is then unchanged.
    void load_weights(const std::string& path);
    void load_weights(const std::string& path, const LoadWeightsOptions& options);

    /// Saves all that fit(.., {.resume_from = path}) needs to go on as if nothing had happened: weights, the
    /// optimizer's state, random generators and, inside of a fit(), the place in it, its callbacks, metrics
    /// and history. Inside of a fit() the file is written when all callbacks have seen the batch or epoch.
    /// Throws IoError naming path and cause; what stood there before is then still there.
    void save_checkpoint(const std::string& path, const CheckpointOptions& options = {});
    /// Lets the fit() that begins go on from a checkpoint, or from another, which then takes its place, when
    /// that one is damaged or missing; for callbacks, from on_train_begin().
    void resume_from(std::string path, std::string otherwise = {});

protected:
    /// The activation at the very end of an output, when a crossentropy can use what comes before it:
    /// "softmax", "sigmoid" or "".
    virtual std::string_view final_activation(size_t output = 0) const;
    /// The outputs, as bits, of which a call wants what comes before the final activation.
    uint64_t logits_wanted() const;
    /// How many outputs there are, as far as it is known before a call; 0 where it is not.
    virtual size_t output_count() const;
    Tensors call_all(const Tensors& x, const CallOptions& options) const;
    /// The same for a model whose last layer is this.
    static std::string_view activation_behind(const Layer& last);
    static Tensor call_without_activation(const Layer& last, const Tensor& x);
    /// The outputs' shapes of each of layers(), none where unknown: what summary() shows.
    virtual std::vector<std::vector<Shape>> output_shapes_of_layers() const;
    std::vector<std::shared_ptr<detail::LayerState>> inner_states() const override;
    void build_variables(const Shape& input_shape) override;
    void build_list_variables(const std::vector<Shape>& input_shapes) override;

    friend class FitRun;
    friend class Trainer;
    friend class LoadedModel;
    friend KERATIN_EXPORT std::shared_ptr<Model> clone_model(const Model& model);
    struct Training;  ///< what compile() and fit() keep, shared by copies
    std::shared_ptr<Training> training_;

private:
    std::shared_ptr<const Graph> graph_;  ///< null unless functional

    template <class L>
    L& as(Layer& layer) const {
        if (L* typed = dynamic_cast<L*>(&layer)) return *typed;
        wrong_type(layer);
    }
    History fit(ValidationData train, const FitOptions& options);
    Logs evaluate(ValidationData data, const EvaluateOptions& options) const;
    Tensors predict(const ValidationData& data, const PredictOptions& options) const;
    Tensors predict_batches(const BatchSource& batches, const PredictOptions& options) const;
    const Tensor& only(const Tensors& outputs) const;  ///< throws ValueError for several
    [[noreturn]] void wrong_type(const Layer& layer) const;
    void require_compiled(const char* call) const;
};

}  // namespace keratin
