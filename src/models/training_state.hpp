#pragma once

#include "models/measures.hpp"

#include <keratin/models/model.hpp>

#include <atomic>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <utility>
#include <vector>

namespace keratin {

class FitRun;

/// What compile() chose and training keeps from step to step.
struct Model::Training {
    std::optional<CompileOptions> options;
    std::vector<LossHandle> losses;    ///< one for each output; empty without a loss
    std::vector<double> loss_weights;  ///< their factors
    std::vector<std::string> outputs;  ///< their names
    std::atomic<bool> stop{false};
    std::optional<int64_t> first_epoch;  ///< of the fit that runs, when a callback has chosen it
    std::mutex running;                  ///< held by the one fit or train_on_batch that runs
    FitRun* run = nullptr;               ///< the fit, if that is it
    std::vector<Tensor> gradients;       ///< memory that the next step writes into again
    std::optional<Measures> of_batch;    ///< of train_on_batch(), made once after compile()

    /// The model's variables, listed anew when something has changed.
    struct Lists {
        uint64_t version = 0;
        std::vector<Variable> trainable, others;
        std::vector<Variable> regularized;
    };
    Lists lists;
    std::vector<std::pair<Variable, Tensor>> before;  ///< of the step that runs: values of `others`
    mutable std::mutex metrics_mutex;
    std::vector<std::shared_ptr<metrics::Metric>> metrics;  ///< of the last run
    mutable std::mutex listed_mutex;
    std::map<const detail::LayerState*, std::shared_ptr<Layer>> listed;  ///< what layers() has made
};

/// While it lives, this thread's calls of the model stop before the final activations of these outputs.
class LogitsWanted {
public:
    explicit LogitsWanted(const void* model, uint64_t outputs = 1);
    ~LogitsWanted();
    LogitsWanted(const LogitsWanted&) = delete;
    LogitsWanted& operator=(const LogitsWanted&) = delete;
    static uint64_t by(const void* model);  ///< the outputs, as bits

private:
    const void* outer_;
    uint64_t outer_outputs_;
};

}  // namespace keratin
