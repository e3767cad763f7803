#pragma once

#include <keratin/optimizers/optimizer.hpp>

namespace keratin::optimizers {

struct LionOptions {
    LearningRate learning_rate = 0.001;
    double beta_1 = 0.9;
    double beta_2 = 0.99;
    std::optional<double> weight_decay = {};
    std::optional<double> clipnorm = {};
    std::optional<double> clipvalue = {};
    std::optional<double> global_clipnorm = {};
    bool use_ema = false;
    double ema_momentum = 0.99;
    std::optional<int64_t> ema_overwrite_frequency = {};
    std::optional<double> loss_scale_factor = {};
    std::optional<int64_t> gradient_accumulation_steps = {};
    std::string name = "lion";
};

/// Steps of one size in the direction of a momentum's sign (Chen et al. 2023; keras.optimizers.Lion).
class KERATIN_EXPORT Lion : public Optimizer {
public:
    explicit Lion(LionOptions options = {});
    std::string class_name() const override { return "Lion"; }
    Config get_config() const override;

protected:
    void build_slots(std::span<const Variable> variables) override;
    std::vector<Variable> slots() const override;
    void update(size_t index, const Tensor& gradient, const Variable& variable, double learning_rate,
                double decay) override;

private:
    struct Slots {
        std::vector<Variable> momentums;
    };
    double beta_1_, beta_2_;
    std::shared_ptr<Slots> slots_;
};

}  // namespace keratin::optimizers
