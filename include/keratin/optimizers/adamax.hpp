#pragma once

#include <keratin/optimizers/optimizer.hpp>

namespace keratin::optimizers {

struct AdamaxOptions {
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
    std::string name = "adamax";
};

/// Adam with the largest recent gradient in place of the root mean square (Kingma, Ba 2014;
/// keras.optimizers.Adamax).
class KERATIN_EXPORT Adamax : public Optimizer {
public:
    explicit Adamax(AdamaxOptions options = {});
    std::string class_name() const override { return "Adamax"; }
    Config get_config() const override;

protected:
    void build_slots(std::span<const Variable> variables) override;
    std::vector<Variable> slots() const override;
    void update(size_t index, const Tensor& gradient, const Variable& variable, double learning_rate,
                double decay) override;

private:
    struct Slots {
        std::vector<Variable> momentums, norms;
    };
    double beta_1_, beta_2_, epsilon_;
    std::shared_ptr<Slots> slots_;
};

}  // namespace keratin::optimizers
