#pragma once

#include "models/measures.hpp"

#include <keratin/models/model.hpp>

#include <atomic>
#include <mutex>
#include <optional>
#include <utility>
#include <vector>

namespace keratin {

/// What compile() chose and training keeps from step to step.
struct Model::Training {
    std::optional<CompileOptions> options;
    std::atomic<bool> stop{false};
    std::optional<int64_t> first_epoch;  ///< of the fit that runs, when a callback has chosen it
    std::mutex running;                  ///< held by the one fit or train_on_batch that runs
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
};

/// While it lives, this thread's calls of the model stop before its final activation.
class LogitsWanted {
public:
    explicit LogitsWanted(const void* model);
    ~LogitsWanted();
    LogitsWanted(const LogitsWanted&) = delete;
    LogitsWanted& operator=(const LogitsWanted&) = delete;
    static bool by(const void* model);

private:
    const void* outer_;
};

}  // namespace keratin
