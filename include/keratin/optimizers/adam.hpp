#pragma once

#include <keratin/optimizers/optimizer.hpp>

namespace keratin::optimizers {

struct AdamOptions {
    LearningRate learning_rate = 0.001;
    double beta_1 = 0.9;
    double beta_2 = 0.999;
    double epsilon = 1e-7;
    bool amsgrad = false;
    std::optional<double> weight_decay = {};
    std::optional<double> clipnorm = {};
    std::optional<double> clipvalue = {};
    std::optional<double> global_clipnorm = {};
    bool use_ema = false;
    double ema_momentum = 0.99;
    std::optional<int64_t> ema_overwrite_frequency = {};
    std::optional<double> loss_scale_factor = {};
    std::optional<int64_t> gradient_accumulation_steps = {};
    std::string name = "adam";
};

/// Adaptive moments (Kingma, Ba 2014; keras.optimizers.Adam), with epsilon outside the bias correction.
class KERATIN_EXPORT Adam : public Optimizer {
public:
    explicit Adam(AdamOptions options = {});
    std::string class_name() const override { return "Adam"; }
    Config get_config() const override;

protected:
    void build_slots(std::span<const Variable> variables) override;
    std::vector<Variable> slots() const override;
    void update(size_t index, const Tensor& gradient, const Variable& variable, double learning_rate,
                double decay) override;

private:
    struct Slots {
        std::vector<Variable> momentums, velocities, velocity_hats;
    };
    double beta_1_, beta_2_, epsilon_;
    bool amsgrad_;
    std::shared_ptr<Slots> slots_;
};

struct AdamWOptions {
    LearningRate learning_rate = 0.001;
    std::optional<double> weight_decay = 0.004;
    double beta_1 = 0.9;
    double beta_2 = 0.999;
    double epsilon = 1e-7;
    bool amsgrad = false;
    std::optional<double> clipnorm = {};
    std::optional<double> clipvalue = {};
    std::optional<double> global_clipnorm = {};
    bool use_ema = false;
    double ema_momentum = 0.99;
    std::optional<int64_t> ema_overwrite_frequency = {};
    std::optional<double> loss_scale_factor = {};
    std::optional<int64_t> gradient_accumulation_steps = {};
    std::string name = "adam_w";
};

/// Adam with decoupled weight decay (Loshchilov, Hutter 2017; keras.optimizers.AdamW).
class KERATIN_EXPORT AdamW : public Adam {
public:
    explicit AdamW(AdamWOptions options = {});
    std::string class_name() const override { return "AdamW"; }
};

}  // namespace keratin::optimizers
