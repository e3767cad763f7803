#pragma once

#include <keratin/losses/loss.hpp>

namespace keratin::losses {

struct HingeOptions {
    Reduction reduction = Reduction::sum_over_batch_size;
    std::string name = "hinge";
};

/// mean(max(1 - y_true * y_pred, 0)) over the last axis (keras.losses.Hinge): y_true is -1 or 1; where all of
/// it is 0 or 1, 0 stands for -1.
class KERATIN_EXPORT Hinge : public Loss {
public:
    explicit Hinge(HingeOptions options = {});
    Tensor call(const Tensor& y_true, const Tensor& y_pred) const override;
    std::string class_name() const override { return "Hinge"; }
    Config get_config() const override;
};

struct SquaredHingeOptions {
    Reduction reduction = Reduction::sum_over_batch_size;
    std::string name = "squared_hinge";
};

/// mean(max(1 - y_true * y_pred, 0)^2) over the last axis, with Hinge's targets (keras.losses.SquaredHinge).
class KERATIN_EXPORT SquaredHinge : public Loss {
public:
    explicit SquaredHinge(SquaredHingeOptions options = {});
    Tensor call(const Tensor& y_true, const Tensor& y_pred) const override;
    std::string class_name() const override { return "SquaredHinge"; }
    Config get_config() const override;
};

struct CategoricalHingeOptions {
    Reduction reduction = Reduction::sum_over_batch_size;
    std::string name = "categorical_hinge";
};

/// max(max((1 - y_true) * y_pred) - sum(y_true * y_pred) + 1, 0) over the classes, one-hot
/// (keras.losses.CategoricalHinge).
class KERATIN_EXPORT CategoricalHinge : public Loss {
public:
    explicit CategoricalHinge(CategoricalHingeOptions options = {});
    Tensor call(const Tensor& y_true, const Tensor& y_pred) const override;
    std::string class_name() const override { return "CategoricalHinge"; }
    Config get_config() const override;
};

}  // namespace keratin::losses
