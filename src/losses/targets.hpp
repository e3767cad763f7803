#pragma once

#include <keratin/losses/loss.hpp>

#include <string>
#include <utility>

namespace keratin::losses {

/// y_true and y_pred as Keras pairs them: in y_pred's dtype, and where the ranks differ by one and the longer
/// ends in 1, that axis is dropped (or added when the shorter has rank 1).
std::pair<Tensor, Tensor> paired(const Tensor& y_true, const Tensor& y_pred, const char* owner);

/// Class numbers as int64, in the shape of y_pred without its class axis; throws ShapeError when they do not
/// fit.
Tensor class_labels(const Tensor& y_true, const Shape& y_pred, const char* owner);

/// The mean over the last axis; of scalars per sample, the values themselves.
Tensor mean_of_last(const Tensor& values);

/// Throws ValueError for a label_smoothing outside [0, 1].
void check_smoothing(const std::string& owner, double smoothing);
/// Targets of which this share is spread over so many classes.
Tensor smoothed(const Tensor& target, double smoothing, int64_t classes);

/// keras.config.epsilon().
constexpr double epsilon = 1e-7;

/// name and reduction: how every loss's config begins.
Config loss_config(const Loss& loss);

}  // namespace keratin::losses
