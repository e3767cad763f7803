#pragma once

#include <keratin/losses/loss.hpp>

namespace keratin::losses {

struct KLDivergenceOptions {
    Reduction reduction = Reduction::sum_over_batch_size;
    std::string name = "kl_divergence";
};

/// sum(y_true * log(y_true / y_pred)) over the last axis, both clipped to [1e-7, 1]
/// (keras.losses.KLDivergence).
class KERATIN_EXPORT KLDivergence : public Loss {
public:
    explicit KLDivergence(KLDivergenceOptions options = {});
    Tensor call(const Tensor& y_true, const Tensor& y_pred) const override;
    std::string class_name() const override { return "KLDivergence"; }
    Config get_config() const override;
};

struct PoissonOptions {
    Reduction reduction = Reduction::sum_over_batch_size;
    std::string name = "poisson";
};

/// mean(y_pred - y_true * log(y_pred + 1e-7)) over the last axis (keras.losses.Poisson).
class KERATIN_EXPORT Poisson : public Loss {
public:
    explicit Poisson(PoissonOptions options = {});
    Tensor call(const Tensor& y_true, const Tensor& y_pred) const override;
    std::string class_name() const override { return "Poisson"; }
    Config get_config() const override;
};

}  // namespace keratin::losses
