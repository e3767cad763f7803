#include <keratin/layers/merge_functions.hpp>

#include <utility>

namespace keratin::layers {

KerasTensor add(const std::vector<KerasTensor>& inputs, MergeOptions options) {
    return Add(std::move(options))(inputs);
}
KerasTensor subtract(const std::vector<KerasTensor>& inputs, MergeOptions options) {
    return Subtract(std::move(options))(inputs);
}
KerasTensor multiply(const std::vector<KerasTensor>& inputs, MergeOptions options) {
    return Multiply(std::move(options))(inputs);
}
KerasTensor average(const std::vector<KerasTensor>& inputs, MergeOptions options) {
    return Average(std::move(options))(inputs);
}
KerasTensor maximum(const std::vector<KerasTensor>& inputs, MergeOptions options) {
    return Maximum(std::move(options))(inputs);
}
KerasTensor minimum(const std::vector<KerasTensor>& inputs, MergeOptions options) {
    return Minimum(std::move(options))(inputs);
}
KerasTensor concatenate(const std::vector<KerasTensor>& inputs, ConcatenateOptions options) {
    return Concatenate(std::move(options))(inputs);
}
KerasTensor dot(const std::vector<KerasTensor>& inputs, DotAxes axes, DotOptions options) {
    return Dot(axes, std::move(options))(inputs);
}

Tensor add(const std::vector<Tensor>& inputs, MergeOptions options) {
    return Add(std::move(options))(inputs);
}
Tensor subtract(const std::vector<Tensor>& inputs, MergeOptions options) {
    return Subtract(std::move(options))(inputs);
}
Tensor multiply(const std::vector<Tensor>& inputs, MergeOptions options) {
    return Multiply(std::move(options))(inputs);
}
Tensor average(const std::vector<Tensor>& inputs, MergeOptions options) {
    return Average(std::move(options))(inputs);
}
Tensor maximum(const std::vector<Tensor>& inputs, MergeOptions options) {
    return Maximum(std::move(options))(inputs);
}
Tensor minimum(const std::vector<Tensor>& inputs, MergeOptions options) {
    return Minimum(std::move(options))(inputs);
}
Tensor concatenate(const std::vector<Tensor>& inputs, ConcatenateOptions options) {
    return Concatenate(std::move(options))(inputs);
}
Tensor dot(const std::vector<Tensor>& inputs, DotAxes axes, DotOptions options) {
    return Dot(axes, std::move(options))(inputs);
}

}  // namespace keratin::layers
