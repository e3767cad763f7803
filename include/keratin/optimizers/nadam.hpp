#pragma once

#include <keratin/optimizers/optimizer.hpp>

namespace keratin::optimizers {

struct NadamOptions {
    LearningRate learning_rate = 0.001;
    double beta_1 = 0.9;
    double beta_2 = 0.999;
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
    std::string name = "nadam";
};

/// Adam with Nesterov's momentum (Dozat 2016; keras.optimizers.Nadam).
class KERATIN_EXPORT Nadam : public Optimizer {
public:
    explicit Nadam(NadamOptions options = {});
    std::string class_name() const override { return "Nadam"; }
    Config get_config() const override;

protected:
    void build_slots(std::span<const Variable> variables) override;
    std::vector<Variable> slots() const override;
    void begin_update() override;
    void update(size_t index, const Tensor& gradient, const Variable& variable, double learning_rate,
                double decay) override;

private:
    struct Slots {
        std::vector<Variable> momentums, velocities;
        Variable product;  ///< of the momentums of all updates, float32 or the dtype of the first variable
    };
    double beta_1_, beta_2_, epsilon_;
    std::shared_ptr<Slots> slots_;
};

}  // namespace keratin::optimizers
