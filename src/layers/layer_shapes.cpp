#include "layers/layer_call.hpp"
#include "layers/node.hpp"
#include "layers/shared_layer.hpp"

#include <keratin/autograd/tape.hpp>
#include <keratin/layers/operation.hpp>

/// What a layer does without values: it is built for shapes, works shapes out, and is called on what stands
/// for tensors.
namespace keratin {
namespace {

using detail::ActivityLosses;
using detail::Adoption;
using detail::Frame;

bool has_any_batch(const Shape& shape) {
    return shape.rank() > 0 && shape[0] == Shape::unknown;
}

/// The shapes that call_list() gives for zeros, with nothing recorded. The batch may be unknown.
std::vector<Shape> trial(Layer& layer, const std::vector<Shape>& inputs) {
    bool any_batch = false;
    std::vector<Tensor> tensors;
    for (const Shape& input : inputs) {
        const Shape shape = has_any_batch(input) ? input.with(0, 1) : input;
        if (!shape.is_static())
            fail<ShapeError>(
                "{}: input shape {} leaves more than the batch open; override compute_output_shape() or give "
                "the other axes",
                layer.name(), input);
        any_batch |= has_any_batch(input);
        tensors.push_back(zeros(shape, layer.compute_dtype()));
    }
    const NoGradient pause;
    const ActivityLosses fall(false);
    std::vector<Shape> shapes;
    for (const Tensor& y : detail::run_list(layer, tensors, false, {})) {
        const bool open = any_batch && y.rank() > 0 && y.shape()[0] == 1;
        shapes.push_back(open ? y.shape().with(0, Shape::unknown) : y.shape());
    }
    return shapes;
}

std::vector<detail::Node::Output> outputs_of(const Layer& layer, const std::vector<Shape>& shapes,
                                             const std::vector<DType>& dtypes) {
    std::vector<detail::Node::Output> outputs;
    if (const auto* operation = dynamic_cast<const layers::Operation*>(&layer))
        for (const auto& [shape, dtype] : operation->compute_output_spec(shapes, dtypes))
            outputs.push_back({shape, dtype});
    else
        for (const Shape& shape : layer.compute_output_shapes(shapes))
            outputs.push_back({shape, layer.compute_output_dtype(dtypes)});
    return outputs;
}

}  // namespace

void Layer::build(const Shape& input_shape) {
    if (Frame::builds(*state_)) return build_variables(input_shape);
    state_->build_once(*this, {&input_shape, 1}, false);
    Adoption(*this).done();
}

void Layer::build_list(const std::vector<Shape>& input_shapes) {
    detail::require_some(*state_, input_shapes.size());
    if (Frame::builds(*state_)) return build_list_variables(input_shapes);
    state_->build_once(*this, input_shapes, false);
    Adoption(*this).done();
}

void Layer::build_variables(const Shape& input_shape) {
    const Frame* frame = Frame::top();
    if (frame && frame->kind() == Frame::Kind::build) trial(*this, {input_shape});
}

void Layer::build_list_variables(const std::vector<Shape>& input_shapes) {
    detail::require_one(*this, input_shapes.size());
    build_variables(input_shapes.front());
}

void ListLayer::build_list_variables(const std::vector<Shape>& input_shapes) {
    const Frame* frame = Frame::top();
    if (frame && frame->kind() == Frame::Kind::build) trial(*this, input_shapes);
}

void ListLayer::build_variables(const Shape& input_shape) {
    build_list_variables({input_shape});
}

std::vector<Shape> Layer::compute_output_shapes(const std::vector<Shape>& inputs) const {
    detail::require_one(*this, inputs.size());
    return {compute_output_shape(inputs.front())};
}

DType Layer::compute_output_dtype(const std::vector<DType>&) const {
    return compute_dtype();
}

Shape Layer::compute_output_shape(const Shape& input) const {
    Layer& self = const_cast<Layer&>(*this);
    self.build(input);
    try {
        return trial(self, {input}).front();
    } catch (const Error&) {
        detail::rethrow_named(*state_);
    }
}

std::vector<Shape> ListLayer::compute_output_shapes(const std::vector<Shape>& inputs) const {
    ListLayer& self = const_cast<ListLayer&>(*this);
    self.build_list(inputs);
    try {
        return trial(self, inputs);
    } catch (const Error&) {
        detail::rethrow_named(*state_);
    }
}

Shape ListLayer::compute_output_shape(const Shape& input) const {
    return compute_output_shapes({input}).front();
}

std::vector<KerasTensor> Layer::apply(const std::vector<KerasTensor>& inputs,
                                      const CallOptions& options) const {
    state_->ensure_name(*this);
    try {
        std::vector<Shape> shapes;
        std::vector<DType> dtypes;
        detail::require_some(*state_, inputs.size());
        for (const KerasTensor& x : inputs) {
            detail::require_defined(*state_, x.defined());
            shapes.push_back(x.shape());
            dtypes.push_back(x.dtype());
        }
        detail::require_spec(*state_, std::span(inputs));
        const std::shared_ptr<Layer> kept = detail::shared_layer(*this);
        state_->build_once(*kept, shapes, false);
        std::vector<detail::Node::Output> outputs;
        {
            const Frame frame(*state_, false, Frame::Kind::call, &options.arguments);
            outputs = outputs_of(*this, shapes, dtypes);
        }
        const auto node = std::make_shared<detail::Node>(kept, inputs, options, std::move(outputs));
        std::vector<KerasTensor> results;
        for (size_t i = 0; i < node->outputs.size(); ++i) results.emplace_back(node, i);
        return results;
    } catch (const Error&) {
        detail::rethrow_named(*state_);
    }
}

KerasTensor Layer::operator()(const std::vector<KerasTensor>& inputs, const CallOptions& options) const {
    return apply(inputs, options).front();
}

KerasTensor Layer::operator()(const KerasTensor& x, const CallOptions& options) const {
    return apply(std::vector<KerasTensor>{x}, options).front();
}

}  // namespace keratin
