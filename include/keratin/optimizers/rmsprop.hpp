#pragma once

#include <keratin/optimizers/optimizer.hpp>

namespace keratin::optimizers {

struct RMSpropOptions {
    LearningRate learning_rate = 0.001;
    double rho = 0.9;
    double momentum = 0.0;
    double epsilon = 1e-7;
    bool centered = false;
    std::optional<double> weight_decay = {};
    std::optional<double> clipnorm = {};
    std::optional<double> clipvalue = {};
    std::optional<double> global_clipnorm = {};
    bool use_ema = false;
    double ema_momentum = 0.99;
    std::optional<int64_t> ema_overwrite_frequency = {};
    std::optional<double> loss_scale_factor = {};
    std::optional<int64_t> gradient_accumulation_steps = {};
    std::string name = "rm_sprop";
};

/// Steps divided by a running root mean square of the gradient (Hinton 2012; keras.optimizers.RMSprop), with
/// epsilon inside the root.
class KERATIN_EXPORT RMSprop : public Optimizer {
public:
    explicit RMSprop(RMSpropOptions options = {});
    std::string class_name() const override { return "RMSprop"; }
    Config get_config() const override;

protected:
    void build_slots(std::span<const Variable> variables) override;
    std::vector<Variable> slots() const override;
    void update(size_t index, const Tensor& gradient, const Variable& variable, double learning_rate,
                double decay) override;

private:
    struct Slots {
        std::vector<Variable> velocities, momentums, average_gradients;
    };
    double rho_, momentum_, epsilon_;
    bool centered_;
    std::shared_ptr<Slots> slots_;
};

}  // namespace keratin::optimizers
