#pragma once

#include <keratin/optimizers/optimizer.hpp>

namespace keratin::optimizers {

struct AdadeltaOptions {
    LearningRate learning_rate = 0.001;
    double rho = 0.95;
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
    std::string name = "adadelta";
};

/// Steps as large as the root mean square of earlier ones, divided by that of the gradients (Zeiler 2012;
/// keras.optimizers.Adadelta).
class KERATIN_EXPORT Adadelta : public Optimizer {
public:
    explicit Adadelta(AdadeltaOptions options = {});
    std::string class_name() const override { return "Adadelta"; }
    Config get_config() const override;

protected:
    void build_slots(std::span<const Variable> variables) override;
    std::vector<Variable> slots() const override;
    void update(size_t index, const Tensor& gradient, const Variable& variable, double learning_rate,
                double decay) override;

private:
    struct Slots {
        std::vector<Variable> gradients, steps;
    };
    double rho_, epsilon_;
    std::shared_ptr<Slots> slots_;
};

}  // namespace keratin::optimizers
