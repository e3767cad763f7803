#pragma once

#include "conformance/wrong_use/use.hpp"

#include <keratin/constraints/norms.hpp>
#include <keratin/initializers/random.hpp>
#include <keratin/initializers/variance_scaling.hpp>
#include <keratin/losses.hpp>
#include <keratin/metrics.hpp>
#include <keratin/optimizers.hpp>
#include <keratin/regularizers/penalties.hpp>

#include <cmath>

namespace conformance::wrong_use {

inline Group optimizer_uses() {
    const std::vector<Variable> w = {Variable(ones({2}), {.name = "w", .path = "model/w"})};
    const std::vector<Variable> other = {Variable(ones({2}), {.name = "other"})};
    const auto sgd = std::make_shared<optimizers::SGD>(optimizers::SGDOptions{.momentum = 0.9});
    sgd->apply(std::vector<Tensor>{ones({2})}, w);
    const auto apply = [sgd](std::vector<Tensor> gradients, const std::vector<Variable>& variables) {
        return [=] { sgd->apply(gradients, variables); };
    };
    using optimizers::schedules::CosineDecay;
    return {
        "optimizers",
        {
            {"an unknown optimizer", [] { optimizers::Optimizer::from_name("adan"); }, Type::value,
             "optimizer: no optimizer is called \"adan\"; near it: \"adam\"; add one of your own with "
             "Optimizer::register_class()"},
            {"a negative learning rate", [] { optimizers::SGD({.learning_rate = -0.1}); }, Type::value,
             "sgd: learning_rate is -0.1; it must not be negative"},
            {"a learning rate that is no number", [] { optimizers::SGD({.learning_rate = std::nan("")}); },
             Type::value, "sgd: learning_rate is nan; it must not be negative"},
            {"two ways to clip", [] { optimizers::Adam({.clipnorm = 1.0, .clipvalue = 1.0}); }, Type::value,
             "adam: clipnorm, clipvalue and global_clipnorm exclude one another; give one"},
            {"a clip of 0", [] { optimizers::Adam({.clipnorm = 0.0}); }, Type::value,
             "adam: a clip of 0; it must be positive"},
            {"a beta of 1", [] { optimizers::Adam({.beta_1 = 1}); }, Type::value,
             "adam: beta_1 is 1; it must be in [0, 1)"},
            {"a negative weight decay", [] { optimizers::AdamW({.weight_decay = -1}); }, Type::value,
             "adam_w: weight_decay is -1; it must not be negative"},
            {"an average that never moves back",
             [] { optimizers::SGD({.use_ema = true, .ema_momentum = 2}); }, Type::value,
             "sgd: ema_momentum is 2; it must be in [0, 1]"},
            {"a rate set against a schedule",
             [] {
                 optimizers::SGD(
                     {.learning_rate = CosineDecay({.initial_learning_rate = 0.1, .decay_steps = 10})})
                     .set_learning_rate(1);
             },
             Type::value,
             "sgd: the learning rate follows a schedule; make the optimizer with a number to set it"},
            {"a schedule of no steps", [] { CosineDecay({.initial_learning_rate = 0.1, .decay_steps = 0}); },
             Type::value, "CosineDecay: decay_steps is 0; it must be at least 1"},
            {"boundaries without values",
             [] {
                 optimizers::schedules::PiecewiseConstantDecay({10, 20}, {0.1});
             },
             Type::value, "PiecewiseConstantDecay: 2 boundaries need 3 values, got 1"},
            {"a gradient too many", apply({ones({2}), ones({2})}, w), Type::value,
             "sgd: apply got 2 gradients for 1 variables; give one for each"},
            {"a gradient of another shape", apply({ones({3})}, w), Type::shape,
             "sgd: the gradient of model/w has shape (3,), the variable (2,); they must agree"},
            {"a gradient of another dtype", apply({ones({2}, float64)}, w), Type::dtype,
             "sgd: the gradient of model/w is float64, the variable float32; cast() the gradient"},
            {"no gradient", apply({Tensor()}, w), Type::value,
             "sgd: no variable has a gradient; does the loss depend on them?"},
            {"other variables than before", apply({ones({2})}, other), Type::value,
             "sgd: apply got other variables than it was built for (1 now, 1 then); make a new optimizer, or "
             "compile() again after changing trainable"},
            {"variables of integers",
             [] {
                 const Variable n(ones({2}, int32), {.name = "n"});
                 const Tensor g = ones({2}, int32);
                 optimizers::SGD().apply({&g, 1}, {&n, 1});
             },
             Type::dtype, "sgd: n is int32; only float32 and float64 can be trained, make it not trainable"},
        },
        [=] {
            std::vector<Tensor> state = {w[0].storage(), other[0].storage()};
            for (const Variable& slot : sgd->variables()) state.push_back(slot.storage());
            return state;
        }};
}

inline Group loss_and_metric_uses() {
    const Tensor probabilities = full({2, 3}, 0.3);
    const losses::SparseCategoricalCrossentropy sparse;
    const losses::CategoricalCrossentropy categorical;
    const losses::MeanSquaredError mse;
    const auto accuracy = std::make_shared<metrics::SparseCategoricalAccuracy>();
    accuracy->update_state(Tensor::from({0, 1}), probabilities);
    const Tensor& p = probabilities;
    return {"losses and metrics",
            {
                {"an unknown loss", [] { losses::Loss::from_name("crosentropy"); }, Type::value,
                 "loss: no loss is called \"crosentropy\"; add one of your own with "
                 "Loss::register_class()"},
                {"smoothing above 1", [] { losses::CategoricalCrossentropy({.label_smoothing = 1.5}); },
                 Type::value, "categorical_crossentropy: label_smoothing is 1.5; it must be in [0, 1]"},
                {"a class out of range",
                 [=] {
                     sparse(Tensor::from({0, 3}), p);
                 },
                 Type::value,
                 "sparse_softmax_cross_entropy_with_logits: labels[1] is 3, but logits have 3 classes; "
                 "labels count from 0 to 2"},
                {"one-hot targets for class numbers",
                 [=] {
                     sparse(ones({2, 3}), p);
                 },
                 Type::shape,
                 "sparse_categorical_crossentropy: y_true has shape (2, 3), y_pred (2, 3); expected class "
                 "numbers of shape (2,) (one-hot targets go with CategoricalCrossentropy)"},
                {"class numbers for one-hot targets",
                 [=] {
                     categorical(Tensor::from({0, 1}), p);
                 },
                 Type::shape,
                 "categorical_crossentropy: y_true has shape (2,), y_pred (2, 3); expected one-hot targets "
                 "of shape (2, 3) (class numbers go with SparseCategoricalCrossentropy)"},
                {"targets of another shape",
                 [=] {
                     mse(ones({3, 3}), p);
                 },
                 Type::shape, "mean_squared_error: y_true has shape (3, 3), y_pred (2, 3); they must agree"},
                {"integer predictions",
                 [=] {
                     mse(p, ones({2, 3}, int32));
                 },
                 Type::dtype, "mean_squared_error: y_pred is int32; predictions are float32 or float64"},
                {"no targets", [=] { mse({}, p); }, Type::value,
                 "mean_squared_error: y_true and y_pred must be given"},
                {"weights of another number", [=] { mse(p, p, ones({3})); }, Type::shape,
                 "mean_squared_error: sample_weight has shape (3,), the losses of the samples (2,); give one "
                 "weight per sample"},
                {"an unknown metric", [] { metrics::Metric::from_name("acuracy"); }, Type::value,
                 "metric: no metric is called \"acuracy\"; near it: \"accuracy\"; add one of your own with "
                 "Metric::register_class()"},
                {"the best none", [] { metrics::TopKCategoricalAccuracy(0); }, Type::value,
                 "top_k_categorical_accuracy: k is 0; it must be at least 1"},
                {"labels of another number",
                 [=] {
                     accuracy->update_state(Tensor::from({0, 1, 2}), p);
                 },
                 Type::shape,
                 "sparse_categorical_accuracy: y_true has shape (3,), y_pred (2, 3); expected class numbers "
                 "of shape (2,)"},
                {"metric weights of another number",
                 [=] {
                     accuracy->update_state(Tensor::from({0, 1}), p, ones({3}));
                 },
                 Type::shape,
                 "sparse_categorical_accuracy: sample_weight has shape (3,), the values (2,); give one "
                 "weight per sample"},
                {"no predictions", [=] { accuracy->update_state(Tensor::from({0}), {}); }, Type::value,
                 "sparse_categorical_accuracy: y_true and y_pred must be given"},
            },
            [=] {
                return std::vector<Tensor>{p, Tensor::scalar(accuracy->result(), float64)};
            }};
}

inline Group initializer_uses() {
    using initializers::VarianceScaling;
    return {
        "initializers, regularizers, constraints",
        {
            {"a negative spread", [] { initializers::RandomNormal({.stddev = -1}); }, Type::value,
             "RandomNormal: stddev is -1; it must not be negative"},
            {"an unknown mode", [] { VarianceScaling({.mode = "fan"}); }, Type::value,
             "VarianceScaling: no mode is called \"fan\"; there are \"fan_in\", \"fan_out\", \"fan_avg\""},
            {"an unknown distribution", [] { VarianceScaling({.distribution = "normal"}); }, Type::value,
             "VarianceScaling: no distribution is called \"normal\"; there are \"truncated_normal\", "
             "\"untruncated_normal\", \"uniform\""},
            {"no scale", [] { VarianceScaling({.scale = 0}); }, Type::value,
             "VarianceScaling: scale is 0; it must be positive"},
            {"an orthogonal vector", [] { initializers::Orthogonal()({3}, float32); }, Type::shape,
             "Orthogonal: shape (3,) has rank 1; use it for weights of rank 2 or more"},
            {"a negative penalty", [] { regularizers::L2(-1); }, Type::value,
             "L2: l2 is -1; it must be a number that is not negative"},
            {"a negative norm", [] { constraints::MaxNorm(-1); }, Type::value,
             "MaxNorm: max_value is -1; it must not be negative"},
            {"norms the wrong way round", [] { constraints::MinMaxNorm({.min_value = 2, .max_value = 1}); },
             Type::value,
             "MinMaxNorm: [2, 1] is no range of lengths; 0 <= min_value <= max_value is expected"},
        }};
}

}  // namespace conformance::wrong_use
