#pragma once

#include <keratin/optimizers/optimizer.hpp>

namespace keratin::optimizers {

struct AdagradOptions {
    LearningRate learning_rate = 0.001;
    double initial_accumulator_value = 0.1;
    double epsilon = 1e-7;
    std::optional<double> weight_decay = {};
    std::optional<double> clipnorm = {};
    std::optional<double> clipvalue = {};
    std::optional<double> global_clipnorm = {};
    bool use_ema = false;
    double ema_momentum = 0.99;
    std::optional<int64_t> ema_overwrite_frequency = {};
    std::optional<double> loss_scale_factor = {};
    std::optional<int64_t> gradient_accumulation_steps = {};
    std::string name = "adagrad";
};

/// Steps divided by the root of the sum of all squared gradients (Duchi et al. 2011;
/// keras.optimizers.Adagrad), with epsilon inside the root.
class KERATIN_EXPORT Adagrad : public Optimizer {
public:
    explicit Adagrad(AdagradOptions options = {});
    std::string class_name() const override { return "Adagrad"; }
    Config get_config() const override;

protected:
    void build_slots(std::span<const Variable> variables) override;
    std::vector<Variable> slots() const override;
    void update(size_t index, const Tensor& gradient, const Variable& variable, double learning_rate,
                double decay) override;

private:
    struct Slots {
        std::vector<Variable> accumulators;
    };
    double initial_, epsilon_;
    std::shared_ptr<Slots> slots_;
};

}  // namespace keratin::optimizers
