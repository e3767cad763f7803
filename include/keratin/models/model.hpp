#pragma once

#include <keratin/layers/layer.hpp>
#include <keratin/models/training.hpp>

#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace keratin {

struct SummaryOptions {
    int line_length = 0;                                       ///< 0: the terminal's width less 4, at most 88
    std::function<void(std::string_view line)> print_fn = {};  ///< default: standard output
    bool expand_nested = false;
    bool show_trainable = false;
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
class KERATIN_EXPORT Model : public Layer {
public:
    explicit Model(LayerOptions options = {}, std::string_view class_name = {});

    /// Chooses what training does. May be called again; the weights stay.
    void compile(CompileOptions options);

    /// Trains on whole tensors: x (n, ...), y (n, ...). Throws ValueError before compile(), for empty data or
    /// numbers of samples that differ, and what the layers throw. Follows Keras step by step: shuffling per
    /// epoch, the last short batch kept, logs as running means, validation after the epoch.
    History fit(const Tensor& x, const Tensor& y, const FitOptions& options = {});
    History fit(const Dataset& data, const FitOptions& options = {});
    /// Trains on batches that the caller makes; batch_size, shuffle, validation_split and weights do not
    /// apply.
    History fit(const BatchSource& batches, const FitOptions& options = {});

    /// Loss and metrics over the data, in test mode.
    Logs evaluate(const Tensor& x, const Tensor& y, const EvaluateOptions& options = {}) const;
    Logs evaluate(const Dataset& data, const EvaluateOptions& options = {}) const;
    /// The outputs for x, batch by batch.
    Tensor predict(const Tensor& x, const PredictOptions& options = {}) const;
    Tensor predict(const Dataset& data, const PredictOptions& options = {}) const;

    /// One step on one batch; the logs are this batch's alone.
    Logs train_on_batch(const Tensor& x, const Tensor& y, const Tensor& sample_weight = {},
                        const std::map<int64_t, double>& class_weight = {});
    Logs test_on_batch(const Tensor& x, const Tensor& y, const Tensor& sample_weight = {}) const;
    Tensor predict_on_batch(const Tensor& x) const;

    /// Ends fit() after the running batch; for callbacks.
    void stop_training();
    bool compiled() const;
    optimizers::Optimizer& optimizer() const;  ///< throws ValueError before compile()
    const losses::Loss& loss() const;
    /// Metrics of the last compile(), resolved after the first batch; empty before.
    std::vector<std::shared_ptr<metrics::Metric>> metrics() const;

    virtual std::vector<LayerReference> layers() const = 0;
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

    /// All variables by path, as safetensors; written beside the file first, then renamed over it.
    void save_weights(const std::string& path) const;
    /// Reads what save_weights() wrote. Throws IoError, FormatError, or ValueError when names or shapes do
    /// not agree; the model is then unchanged.
    void load_weights(const std::string& path);

protected:
    /// The activation at the very end of the model, when a crossentropy can use what comes before it:
    /// "softmax", "sigmoid" or "".
    virtual std::string_view final_activation() const { return {}; }
    /// True in a call that wants what comes before the final activation.
    bool logits_wanted() const;
    /// Rows of summary(): the layers with their output shapes (rank 0 where unknown).
    virtual std::vector<Shape> output_shapes() const = 0;

    friend class Trainer;
    struct Training;  ///< what compile() and fit() keep, shared by copies
    std::shared_ptr<Training> training_;

private:
    template <class L>
    L& as(Layer& layer) const {
        if (L* typed = dynamic_cast<L*>(&layer)) return *typed;
        wrong_type(layer);
    }
    [[noreturn]] void wrong_type(const Layer& layer) const;
    void require_compiled(const char* call) const;
};

}  // namespace keratin
