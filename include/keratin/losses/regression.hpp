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

struct MeanAbsolutePercentageErrorOptions {
    Reduction reduction = Reduction::sum_over_batch_size;
    std::string name = "mean_absolute_percentage_error";
};

/// 100 * mean(|(y_true - y_pred) / max(|y_true|, 1e-7)|) over the last axis
/// (keras.losses.MeanAbsolutePercentageError).
class KERATIN_EXPORT MeanAbsolutePercentageError : public Loss {
public:
    explicit MeanAbsolutePercentageError(MeanAbsolutePercentageErrorOptions options = {});
    Tensor call(const Tensor& y_true, const Tensor& y_pred) const override;
    std::string class_name() const override { return "MeanAbsolutePercentageError"; }
    Config get_config() const override;
};

struct MeanSquaredLogarithmicErrorOptions {
    Reduction reduction = Reduction::sum_over_batch_size;
    std::string name = "mean_squared_logarithmic_error";
};

/// mean((log(y_true + 1) - log(y_pred + 1))^2) over the last axis, both taken as 1e-7 at least
/// (keras.losses.MeanSquaredLogarithmicError).
class KERATIN_EXPORT MeanSquaredLogarithmicError : public Loss {
public:
    explicit MeanSquaredLogarithmicError(MeanSquaredLogarithmicErrorOptions options = {});
    Tensor call(const Tensor& y_true, const Tensor& y_pred) const override;
    std::string class_name() const override { return "MeanSquaredLogarithmicError"; }
    Config get_config() const override;
};

}  // namespace keratin::losses
