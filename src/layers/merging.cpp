#include <keratin/layers/merging.hpp>

#include "layers/config.hpp"

#include <keratin/core/error.hpp>
#include <keratin/ops/elementwise.hpp>
#include <keratin/ops/shaping.hpp>

#include <fmt/ranges.h>

#include <algorithm>

namespace keratin::layers {
namespace {

/// The shape with ones behind the batch until it has so many axes.
Shape widened(const Shape& shape, int rank) {
    if (shape.rank() == 0 || shape.rank() >= rank) return shape;
    Shape result = shape.slice(0, 1);
    for (int axis = shape.rank(); axis < rank; ++axis) result = result + Shape{1};
    return result + shape.slice(1, shape.rank());
}

int64_t joined(int64_t a, int64_t b, bool& fits) {
    if (a == Shape::unknown || b == Shape::unknown) return a == 1 || b == 1 ? Shape::unknown : std::max(a, b);
    if (a == 1 || a == b) return b;
    fits = fits && b == 1;
    return a;
}

template <class L>
std::shared_ptr<Layer> read(const Config& config, const char* class_name) {
    LayerReader reader(config, class_name);
    auto options = reader.options<MergeOptions>();
    reader.finish();
    return std::make_shared<L>(std::move(options));
}

template <class Op>
Tensor fold(const std::vector<Tensor>& inputs, Op op) {
    Tensor result = inputs.front();
    for (size_t i = 1; i < inputs.size(); ++i) result = op(result, inputs[i]);
    return result;
}

}  // namespace

Merge::Merge(MergeOptions given, const char* class_name)
    : ListLayer(layer_options(given), class_name), options(std::move(given)), class_name_(class_name) {}

std::string Merge::class_name() const {
    return class_name_;
}

void Merge::check_count(size_t inputs) const {
    if (inputs == 0) fail<ValueError>("{}: it got no inputs; give it a list of tensors", name());
}

void Merge::build_list_variables(const std::vector<Shape>& input_shapes) {
    compute_output_shapes(input_shapes);
}

std::vector<Shape> Merge::compute_output_shapes(const std::vector<Shape>& inputs) const {
    check_count(inputs.size());
    int rank = 0;
    for (const Shape& shape : inputs) rank = std::max(rank, shape.rank());
    Shape result = widened(inputs.front(), rank);
    bool fits = true;
    for (const Shape& input : inputs) {
        const Shape shape = widened(input, rank);
        fits = fits && shape.rank() == rank;
        for (int axis = 0; fits && axis < rank; ++axis)
            result = result.with(axis, joined(result[axis], shape[axis], fits));
    }
    if (!fits)
        fail<ShapeError>("{}: inputs of shapes {} do not go together; their extents must agree or be 1",
                         name(), fmt::join(inputs, ", "));
    return {result};
}

std::vector<Tensor> Merge::call_list(const std::vector<Tensor>& inputs) {
    std::vector<Shape> shapes;
    for (const Tensor& x : inputs) shapes.push_back(x.shape());
    const int rank = compute_output_shapes(shapes).front().rank();
    std::vector<Tensor> same_rank;
    for (const Tensor& x : inputs)
        same_rank.push_back(x.rank() == rank ? x : reshape(x, widened(x.shape(), rank)));
    return {merge(same_rank)};
}

std::vector<Tensor> Merge::compute_mask(const std::vector<Tensor>& inputs, const std::vector<Tensor>&) const {
    Tensor mask = inputs.front().mask();
    for (const Tensor& x : inputs) {
        if (!x.mask().defined()) return {};
        mask = logical_or(mask, x.mask());
    }
    return {mask};
}

Config Merge::get_config() const {
    return base_config();
}

Add::Add(MergeOptions given) : Merge(std::move(given), "Add") {}
Tensor Add::merge(const std::vector<Tensor>& inputs) const {
    return fold(inputs, [](const Tensor& a, const Tensor& b) { return a + b; });
}
std::shared_ptr<Layer> Add::from_config(const Config& config) {
    return read<Add>(config, "Add");
}

Subtract::Subtract(MergeOptions given) : Merge(std::move(given), "Subtract") {}
Tensor Subtract::merge(const std::vector<Tensor>& inputs) const {
    return inputs[0] - inputs[1];
}
void Subtract::check_count(size_t inputs) const {
    if (inputs != 2) fail<ValueError>("{}: it takes two inputs and got {}", name(), inputs);
}
std::shared_ptr<Layer> Subtract::from_config(const Config& config) {
    return read<Subtract>(config, "Subtract");
}

Multiply::Multiply(MergeOptions given) : Merge(std::move(given), "Multiply") {}
Tensor Multiply::merge(const std::vector<Tensor>& inputs) const {
    return fold(inputs, [](const Tensor& a, const Tensor& b) { return a * b; });
}
std::shared_ptr<Layer> Multiply::from_config(const Config& config) {
    return read<Multiply>(config, "Multiply");
}

Average::Average(MergeOptions given) : Merge(std::move(given), "Average") {}
Tensor Average::merge(const std::vector<Tensor>& inputs) const {
    return fold(inputs, [](const Tensor& a, const Tensor& b) { return a + b; }) /
           static_cast<double>(inputs.size());
}
std::shared_ptr<Layer> Average::from_config(const Config& config) {
    return read<Average>(config, "Average");
}

Maximum::Maximum(MergeOptions given) : Merge(std::move(given), "Maximum") {}
Tensor Maximum::merge(const std::vector<Tensor>& inputs) const {
    return fold(inputs, [](const Tensor& a, const Tensor& b) { return maximum(a, b); });
}
std::shared_ptr<Layer> Maximum::from_config(const Config& config) {
    return read<Maximum>(config, "Maximum");
}

Minimum::Minimum(MergeOptions given) : Merge(std::move(given), "Minimum") {}
Tensor Minimum::merge(const std::vector<Tensor>& inputs) const {
    return fold(inputs, [](const Tensor& a, const Tensor& b) { return minimum(a, b); });
}
std::shared_ptr<Layer> Minimum::from_config(const Config& config) {
    return read<Minimum>(config, "Minimum");
}

}  // namespace keratin::layers
