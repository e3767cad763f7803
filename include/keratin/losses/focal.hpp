#pragma once

#include <keratin/core/one_or_more.hpp>
#include <keratin/losses/loss.hpp>

namespace keratin::losses {

struct BinaryFocalCrossentropyOptions {
    bool apply_class_balancing = false;  ///< weighs ones with alpha, zeros with 1 - alpha
    double alpha = 0.25;
    double gamma = 2.0;
    bool from_logits = false;
    double label_smoothing = 0.0;  ///< in [0, 1]: targets move by this share towards 0.5
    int axis = -1;
    Reduction reduction = Reduction::sum_over_batch_size;
    std::string name = "binary_focal_crossentropy";
};

/// Binary crossentropy times (1 - p)^gamma, p the probability given to what is true: easy elements count less
/// (Lin et al. 2017; keras.losses.BinaryFocalCrossentropy). The mean over an axis.
class KERATIN_EXPORT BinaryFocalCrossentropy : public Loss {
public:
    explicit BinaryFocalCrossentropy(BinaryFocalCrossentropyOptions options = {});
    Tensor call(const Tensor& y_true, const Tensor& y_pred) const override;
    bool takes_logits(std::string_view activation) const override;
    Tensor call_on_logits(const Tensor& y_true, const Tensor& logits) const override;
    std::string class_name() const override { return "BinaryFocalCrossentropy"; }
    Config get_config() const override;

    const BinaryFocalCrossentropyOptions options;
};

struct CategoricalFocalCrossentropyOptions {
    OneOrMore<double> alpha = 0.25;  ///< or one for each class, along the last axis
    double gamma = 2.0;
    bool from_logits = false;
    double label_smoothing = 0.0;  ///< in [0, 1]: this share of every target is spread over all classes
    int axis = -1;
    Reduction reduction = Reduction::sum_over_batch_size;
    std::string name = "categorical_focal_crossentropy";
};

/// -sum(alpha * (1 - y_pred)^gamma * y_true * log(y_pred)) over the classes of axis
/// (keras.losses.CategoricalFocalCrossentropy). Throws ShapeError when there is another number of alphas than
/// of classes.
class KERATIN_EXPORT CategoricalFocalCrossentropy : public Loss {
public:
    explicit CategoricalFocalCrossentropy(CategoricalFocalCrossentropyOptions options = {});
    Tensor call(const Tensor& y_true, const Tensor& y_pred) const override;
    std::string class_name() const override { return "CategoricalFocalCrossentropy"; }
    Config get_config() const override;

    const CategoricalFocalCrossentropyOptions options;
};

}  // namespace keratin::losses
