#pragma once

#include <keratin/layers/concatenate.hpp>
#include <keratin/layers/dot.hpp>
#include <keratin/layers/keras_tensor.hpp>
#include <keratin/layers/merging.hpp>

#include <vector>

/// The merging layers as functions (keras.layers.add and its relatives): each call makes a layer and calls
/// it.
///
///     KerasTensor sum = layers::add({x, shortcut});
///     KerasTensor both = layers::concatenate({sum, x}, {.axis = -1});
namespace keratin::layers {

KERATIN_EXPORT KerasTensor add(const std::vector<KerasTensor>& inputs, MergeOptions options = {});
KERATIN_EXPORT KerasTensor subtract(const std::vector<KerasTensor>& inputs, MergeOptions options = {});
KERATIN_EXPORT KerasTensor multiply(const std::vector<KerasTensor>& inputs, MergeOptions options = {});
KERATIN_EXPORT KerasTensor average(const std::vector<KerasTensor>& inputs, MergeOptions options = {});
KERATIN_EXPORT KerasTensor maximum(const std::vector<KerasTensor>& inputs, MergeOptions options = {});
KERATIN_EXPORT KerasTensor minimum(const std::vector<KerasTensor>& inputs, MergeOptions options = {});
KERATIN_EXPORT KerasTensor concatenate(const std::vector<KerasTensor>& inputs,
                                       ConcatenateOptions options = {});
KERATIN_EXPORT KerasTensor dot(const std::vector<KerasTensor>& inputs, DotAxes axes, DotOptions options = {});

KERATIN_EXPORT Tensor add(const std::vector<Tensor>& inputs, MergeOptions options = {});
KERATIN_EXPORT Tensor subtract(const std::vector<Tensor>& inputs, MergeOptions options = {});
KERATIN_EXPORT Tensor multiply(const std::vector<Tensor>& inputs, MergeOptions options = {});
KERATIN_EXPORT Tensor average(const std::vector<Tensor>& inputs, MergeOptions options = {});
KERATIN_EXPORT Tensor maximum(const std::vector<Tensor>& inputs, MergeOptions options = {});
KERATIN_EXPORT Tensor minimum(const std::vector<Tensor>& inputs, MergeOptions options = {});
KERATIN_EXPORT Tensor concatenate(const std::vector<Tensor>& inputs, ConcatenateOptions options = {});
KERATIN_EXPORT Tensor dot(const std::vector<Tensor>& inputs, DotAxes axes, DotOptions options = {});

}  // namespace keratin::layers
