#pragma once

#include <keratin/losses/loss.hpp>

namespace keratin::losses {

struct MeanSquaredErrorOptions {
    Reduction reduction = Reduction::sum_over_batch_size;
    std::string name = "mean_squared_error";
};

/// mean((y_true - y_pred)^2) over the last axis (keras.losses.MeanSquaredError).
class KERATIN_EXPORT MeanSquaredError : public Loss {
public:
    explicit MeanSquaredError(MeanSquaredErrorOptions options = {});
    Tensor call(const Tensor& y_true, const Tensor& y_pred) const override;
    std::string class_name() const override { return "MeanSquaredError"; }
    Config get_config() const override;
};

struct MeanAbsoluteErrorOptions {
    Reduction reduction = Reduction::sum_over_batch_size;
    std::string name = "mean_absolute_error";
};

/// mean(|y_true - y_pred|) over the last axis (keras.losses.MeanAbsoluteError).
class KERATIN_EXPORT MeanAbsoluteError : public Loss {
public:
    explicit MeanAbsoluteError(MeanAbsoluteErrorOptions options = {});
    Tensor call(const Tensor& y_true, const Tensor& y_pred) const override;
    std::string class_name() const override { return "MeanAbsoluteError"; }
    Config get_config() const override;
};

}  // namespace keratin::losses
