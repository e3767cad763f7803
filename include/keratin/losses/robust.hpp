#pragma once

#include <keratin/losses/loss.hpp>

namespace keratin::losses {

struct HuberOptions {
    double delta = 1.0;
    Reduction reduction = Reduction::sum_over_batch_size;
    std::string name = "huber_loss";
};

/// Half the square of errors up to delta, beyond it delta * |error| - delta^2 / 2; the mean over the last
/// axis (keras.losses.Huber). Its config tells a delta other than 1, which Keras's own leaves out.
class KERATIN_EXPORT Huber : public Loss {
public:
    explicit Huber(HuberOptions options = {});
    Tensor call(const Tensor& y_true, const Tensor& y_pred) const override;
    std::string class_name() const override { return "Huber"; }
    Config get_config() const override;

    const HuberOptions options;
};

struct LogCoshOptions {
    Reduction reduction = Reduction::sum_over_batch_size;
    std::string name = "log_cosh";
};

/// mean(log(cosh(y_pred - y_true))) over the last axis (keras.losses.LogCosh).
class KERATIN_EXPORT LogCosh : public Loss {
public:
    explicit LogCosh(LogCoshOptions options = {});
    Tensor call(const Tensor& y_true, const Tensor& y_pred) const override;
    std::string class_name() const override { return "LogCosh"; }
    Config get_config() const override;
};

}  // namespace keratin::losses
