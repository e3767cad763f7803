#pragma once

#include <keratin/optimizers/optimizer.hpp>

namespace keratin::optimizers {

struct LossScaleOptimizerOptions {
    double initial_scale = 32768;         ///< 2^15
    int64_t dynamic_growth_steps = 2000;  ///< finite steps after which the scale doubles
    std::string name = "loss_scale_optimizer";
};

/// Lets another optimizer work on a loss that is scaled so that small gradients survive half precision
/// (keras.optimizers.LossScaleOptimizer). Steps with a gradient that is not finite are left out and halve the
/// scale. Learning rate and iterations are the inner optimizer's, whose own loss_scale_factor must not be
/// set.
class KERATIN_EXPORT LossScaleOptimizer : public Optimizer {
public:
    explicit LossScaleOptimizer(OptimizerHandle inner, LossScaleOptimizerOptions options = {});

    void build(std::span<const Variable> variables) override;
    void apply(std::span<const Tensor> gradients, std::span<const Variable> variables) override;
    int64_t iterations() const override { return inner_->iterations(); }
    double learning_rate() const override { return inner_->learning_rate(); }
    void set_learning_rate(double value) override { inner_->set_learning_rate(value); }
    double loss_scale() const override;
    std::vector<Variable> variables() const override;
    std::vector<std::pair<Variable, Variable>> averages() const override { return inner_->averages(); }
    void finalize_variable_values(std::span<const Variable> variables) override;
    const OptimizerHandle& inner_optimizer() const { return inner_; }
    std::string class_name() const override { return "LossScaleOptimizer"; }
    Config get_config() const override;

protected:
    void build_slots(std::span<const Variable> variables) override;
    std::vector<Variable> slots() const override { return {}; }
    void update(size_t, const Tensor&, const Variable&, double, double) override {}

private:
    OptimizerHandle inner_;
    double initial_scale_;
    int64_t growth_steps_;
    struct Counters {
        Variable step_counter, dynamic_scale;
    };
    std::shared_ptr<Counters> counters_;
};

}  // namespace keratin::optimizers
