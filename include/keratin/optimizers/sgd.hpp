#pragma once

#include <keratin/optimizers/optimizer.hpp>

namespace keratin::optimizers {

struct SGDOptions {
    LearningRate learning_rate = 0.01;
    double momentum = 0.0;
    bool nesterov = false;
    std::optional<double> weight_decay = {};
    std::optional<double> clipnorm = {};
    std::optional<double> clipvalue = {};
    std::optional<double> global_clipnorm = {};
    bool use_ema = false;
    double ema_momentum = 0.99;
    std::optional<int64_t> ema_overwrite_frequency = {};
    std::optional<double> loss_scale_factor = {};
    std::optional<int64_t> gradient_accumulation_steps = {};
    std::string name = "sgd";
};

/// Gradient descent with momentum (keras.optimizers.SGD): m = momentum * m - lr * g, w += m; Nesterov: w +=
/// momentum * m
/// - lr * g with the new m.
class KERATIN_EXPORT SGD : public Optimizer {
public:
    explicit SGD(SGDOptions options = {});
    std::string class_name() const override { return "SGD"; }
    Config get_config() const override;

protected:
    void build_slots(std::span<const Variable> variables) override;
    std::vector<Variable> slots() const override;
    void update(size_t index, const Tensor& gradient, const Variable& variable, double learning_rate,
                double decay) override;

private:
    double momentum_;
    bool nesterov_;
    std::shared_ptr<std::vector<Variable>> momentums_;
};

}  // namespace keratin::optimizers
