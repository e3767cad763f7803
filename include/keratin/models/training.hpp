#pragma once

#include <keratin/core/tensors.hpp>
#include <keratin/losses/loss.hpp>
#include <keratin/metrics/metric.hpp>
#include <keratin/models/callback.hpp>
#include <keratin/models/per_output.hpp>
#include <keratin/optimizers/optimizer.hpp>

#include <concepts>
#include <functional>
#include <iterator>
#include <map>
#include <memory>
#include <optional>
#include <ranges>
#include <stop_token>
#include <string>
#include <vector>

namespace keratin {

/// Inputs and targets. x may be uint8: it then stays so in memory and becomes float32(x) * scale batch by
/// batch.
struct Dataset {
    Tensor x;
    Tensor y;
    double scale = 1.0;

    int64_t size() const { return x.shape()[0]; }
};

/// Metrics of compile(): a list of them, or lists by the outputs' names.
///
///     .metrics = {"accuracy"}     .metrics = {{"kind", {"accuracy"}}, {"size", {"mae", "mse"}}}
class OutputMetrics {
public:
    using List = std::vector<MetricHandle>;

    OutputMetrics() = default;  ///< none
    OutputMetrics(std::initializer_list<MetricHandle> metrics)
        : list_(metrics) {}                                     // NOLINT: implicit by design
    OutputMetrics(List metrics) : list_(std::move(metrics)) {}  // NOLINT
    OutputMetrics(std::initializer_list<std::pair<std::string, List>> by_output)  // NOLINT
        : by_output_(std::vector<std::pair<std::string, List>>(by_output)) {}
    explicit OutputMetrics(PerOutput<List> by_output) : by_output_(std::move(by_output)) {}

    const List& list() const { return list_; }
    /// Those of all outputs.
    List all() const {
        List metrics = list_;
        for (const auto& [output, list] : by_output_.values())
            metrics.insert(metrics.end(), list.begin(), list.end());
        return metrics;
    }
    const PerOutput<List>& by_output() const { return by_output_; }

private:
    List list_;
    PerOutput<List> by_output_;
};

/// Arguments of compile(), in Keras's order.
struct CompileOptions {
    OptimizerHandle optimizer = "rmsprop";
    PerOutput<LossHandle> loss = {};
    PerOutput<double> loss_weights = {};  ///< factors of the outputs' losses in their sum; 1 by default
    OutputMetrics metrics = {};           ///< do not see sample weights
    OutputMetrics weighted_metrics = {};  ///< do
    /// Puts a LossScaleOptimizer around the optimizer of a model whose dtype policy is "mixed_float16".
    bool auto_scale_loss = true;
};

/// One batch of a user's own source; sample_weight may be undefined.
struct Batch {
    Tensors x;
    Tensors y;
    Tensors sample_weight = {};
};

/// What a source of batches remembers besides them, so that a fit() in another process can go on with it.
class KERATIN_EXPORT SourceMemory {
public:
    virtual ~SourceMemory() = default;
    virtual Config state() const = 0;
    /// Throws ValueError when the state is of a source that gives other batches.
    virtual void restore(const Config& state) = 0;
    /// True when one run gives the batches of all epochs.
    virtual bool endless() const { return false; }
};

/// Where batches come from: called with the epoch and the step, answers the batch or nothing at the epoch's
/// end. Any range of Batch will do as well; it is run through once per epoch. A fit() that goes on in the
/// middle of an epoch asks for the epoch's first batches again and leaves them out; so what a function gives
/// must depend on epoch and step, or on what it has given since step 0, alone.
class BatchSource {
public:
    using Function = std::function<std::optional<Batch>(int64_t epoch, int64_t step)>;

    template <class F>
    requires(std::is_invocable_r_v<std::optional<Batch>, F, int64_t, int64_t> &&
             !std::derived_from<F, BatchSource>) BatchSource(F function)
        : function_(std::move(function)) {}  // NOLINT: implicit by design

    template <std::ranges::input_range R>
    requires(std::convertible_to<std::ranges::range_reference_t<R>, Batch> &&
             !std::is_invocable_v<R, int64_t, int64_t> && !std::derived_from<R, BatchSource>)
        BatchSource(R range)  // NOLINT
        : function_([range = std::make_shared<R>(std::move(range)),
                     position = std::optional<std::ranges::iterator_t<R>>()](
                        int64_t, int64_t step) mutable -> std::optional<Batch> {
              if (step == 0 || !position) position.emplace(std::ranges::begin(*range));
              if (*position == std::ranges::end(*range)) return std::nullopt;
              Batch batch = **position;
              ++*position;
              return batch;
          }) {}

    std::optional<Batch> operator()(int64_t epoch, int64_t step) const { return function_(epoch, step); }
    /// Batches of an epoch, where they are known beforehand.
    std::optional<int64_t> steps() const { return steps_; }
    const std::shared_ptr<SourceMemory>& memory() const { return memory_; }  ///< null when there is none

protected:
    BatchSource(Function function, std::optional<int64_t> steps, std::shared_ptr<SourceMemory> memory = {})
        : function_(std::move(function)), steps_(steps), memory_(std::move(memory)) {}

private:
    mutable Function function_;
    std::optional<int64_t> steps_;
    std::shared_ptr<SourceMemory> memory_;
};

struct ValidationData {
    Tensors x;
    Tensors y;
    Tensors sample_weight = {};
    double scale = 1.0;                       ///< as Dataset::scale
    std::optional<BatchSource> batches = {};  ///< instead of tensors

    ValidationData() = default;
    ValidationData(Tensors inputs, Tensors targets, Tensors weights = {})
        : x(std::move(inputs)), y(std::move(targets)), sample_weight(std::move(weights)) {}
    ValidationData(const Dataset& data)
        : x(data.x), y(data.y), scale(data.scale) {}                    // NOLINT: implicit by design
    ValidationData(BatchSource source) : batches(std::move(source)) {}  // NOLINT
};

/// Arguments of fit(), in Keras's order and with Keras's defaults.
struct FitOptions {
    int64_t batch_size = 32;
    int64_t epochs = 1;
    std::optional<int> verbose = {};  ///< 0 silent, 1 progress bar, 2 one line per epoch; default 1
    std::vector<CallbackHandle> callbacks = {};
    double validation_split = 0.0;  ///< share of the samples, taken from the end, before shuffling
    ValidationData validation_data = {};
    bool shuffle = true;
    std::map<int64_t, double> class_weight = {};  ///< class -> weight; classes not named weigh 1
    Tensors sample_weight = {};                   ///< one per sample, for all outputs or for each
    int64_t initial_epoch = 0;
    std::optional<int64_t> steps_per_epoch = {};
    std::optional<int64_t> validation_steps = {};
    std::optional<int64_t> validation_batch_size = {};
    int64_t validation_freq = 1;  ///< epochs between validations
    std::stop_token stop = {};    ///< when stopped, fit ends after the running batch
    /// A checkpoint (Model::save_checkpoint, callbacks::ModelCheckpoint) to go on from instead of beginning.
    std::string resume_from = {};
};

struct EvaluateOptions {
    int64_t batch_size = 32;
    std::optional<int> verbose = {};
    Tensors sample_weight = {};
    std::optional<int64_t> steps = {};
    std::vector<CallbackHandle> callbacks = {};
};

struct PredictOptions {
    int64_t batch_size = 32;
    std::optional<int> verbose = 0;  ///< Keras prints a bar; a C++ program seldom wants one
    std::optional<int64_t> steps = {};
    std::vector<CallbackHandle> callbacks = {};
};

}  // namespace keratin
