#include "layers/call_stack.hpp"
#include "layers/input_spec.hpp"
#include "layers/layer_state.hpp"
#include "layers/node.hpp"
#include "layers/shared_layer.hpp"

#include <keratin/autograd/tape.hpp>
#include <keratin/core/error.hpp>
#include <keratin/layers/layer.hpp>
#include <keratin/layers/operation.hpp>
#include <keratin/ops/elementwise.hpp>

#include <algorithm>

/// Building and calling, on tensors and on what stands for them.
namespace keratin {
namespace {

using detail::ActivityLosses;
using detail::Frame;
using detail::LayerState;

/// Makes a layer one of the layers inside the one that calls or builds it.
class Adoption {
public:
    explicit Adoption(const Layer& layer) : child_(LayerState::of(layer)), caller_(Frame::top()) {
        if (!caller_ || &caller_->state() == child_.get() || !caller_->state().finds_inner()) {
            caller_ = nullptr;
            return;
        }
        LayerState::refreshed(layer);
        fresh_ = caller_->state().adopt(child_);
        caller_->adopted |= fresh_;
    }
    void done() const {
        if (fresh_ && !child_->all_variables().empty()) caller_->state().note_variables(*child_);
    }

private:
    const std::shared_ptr<LayerState>& child_;
    Frame* caller_;
    bool fresh_ = false;
};

/// What an input of this dtype is cast to.
DType as_computed(const LayerState& state, DType dtype) {
    const bool as_it_is =
        !is_floating(dtype) || state.takes_any_float || (!state.autocast && state.policy.mixed());
    return as_it_is ? dtype : state.policy.compute_dtype();
}

Tensor as_computed(const LayerState& state, const Tensor& x) {
    const DType wanted = as_computed(state, x.dtype());
    if (x.dtype() == wanted) return x;
    const Tensor y = cast(x, wanted);
    return x.mask().defined() ? y.with_mask(x.mask()) : y;
}

Tensor run(Layer& layer, const Tensor& x, bool training, const Config& arguments) {
    LayerState& state = *LayerState::of(layer);
    Frame frame(state, training, Frame::Kind::call, &arguments);
    Tensor y = layer.call(as_computed(state, x));
    if (frame.adopted) state.drop_lost_layers();
    if (!y.defined()) fail<ValueError>("{}: call() returned an undefined tensor", state.name);
    return y;
}

std::vector<Tensor> run(Layer& layer, const std::vector<Tensor>& inputs, bool training,
                        const Config& arguments) {
    LayerState& state = *LayerState::of(layer);
    Frame frame(state, training, Frame::Kind::call, &arguments);
    std::vector<Tensor> given;
    for (const Tensor& x : inputs) given.push_back(as_computed(state, x));
    std::vector<Tensor> outputs = layer.call_list(given);
    if (frame.adopted) state.drop_lost_layers();
    if (outputs.empty()) fail<ValueError>("{}: call_list() returned no tensor", state.name);
    for (const Tensor& y : outputs)
        if (!y.defined()) fail<ValueError>("{}: call_list() returned an undefined tensor", state.name);
    return outputs;
}

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
    for (const Tensor& y : run(layer, tensors, false, {})) {
        const bool open = any_batch && y.rank() > 0 && y.shape()[0] == 1;
        shapes.push_back(open ? y.shape().with(0, Shape::unknown) : y.shape());
    }
    return shapes;
}

/// Gives the outputs their masks, as far as call() has not.
void pass_masks_on(const Layer& layer, const std::vector<Tensor>& inputs, std::vector<Tensor>& outputs) {
    if (!layer.supports_masking()) return;
    const std::vector<Tensor> masks = layer.compute_mask(inputs, outputs);
    for (size_t i = 0; i < std::min(masks.size(), outputs.size()); ++i)
        if (masks[i].defined() && !outputs[i].mask().defined()) outputs[i] = outputs[i].with_mask(masks[i]);
}

std::vector<Shape> shapes_of(const std::vector<Tensor>& tensors) {
    std::vector<Shape> shapes;
    for (const Tensor& x : tensors) shapes.push_back(x.shape());
    return shapes;
}

void require_defined(const LayerState& state, bool defined) {
    if (!defined)
        fail<ValueError>(
            "{}: the input is an undefined tensor; give it a value first, for instance by zeros(shape)",
            state.name);
}

void require_some(const LayerState& state, size_t inputs) {
    if (inputs == 0) fail<ValueError>("{}: it got no inputs; give it a list of tensors", state.name);
}

void require_one(const Layer& layer, size_t inputs) {
    if (inputs != 1)
        fail<ValueError>("{}: it takes one input and got {}; {} a merging layer such as layers::Concatenate",
                         layer.name(), inputs, inputs ? "join them by" : "give one, or use");
}

/// The inputs, tensors or what stands for them, are what the layer asks for.
template <class T>
void require_spec(const LayerState& state, std::span<const T> inputs) {
    if (state.input_spec.empty()) return;
    detail::require_inputs(state.input_spec, inputs.size(), state.name);
    for (size_t i = 0; i < inputs.size(); ++i)
        detail::require_fit(state.input_spec[i], i, inputs[i].shape(), as_computed(state, inputs[i].dtype()),
                            state.name);
}

void add_activity_loss(const LayerState& state, const Tensor& y) {
    if (!state.activity_regularizer || !ActivityLosses::wanted()) return;
    const int64_t batch = y.rank() > 0 ? y.shape()[0] : 1;
    if (batch > 0) ActivityLosses::add((*state.activity_regularizer)(y) / batch);
}

}  // namespace

Tensor Layer::operator()(const Tensor& x, const CallOptions& options) const {
    if (options.mask.defined())
        return (*this)(x.with_mask(options.mask),
                       {.training = options.training, .arguments = options.arguments});
    Layer& self = const_cast<Layer&>(*this);  // a layer's state is shared; the object holds handles only
    state_->ensure_name(*this);
    try {
        require_defined(*state_, x.defined());
        require_spec(*state_, std::span(&x, 1));
        const bool training = options.training.value_or(Frame::training());
        state_->build_once(self, {&x.shape(), 1}, true);
        const Adoption adoption(*this);
        Tensor y = run(self, x, training, options.arguments);
        adoption.done();
        add_activity_loss(*state_, y);
        if (!x.mask().defined() && !makes_mask()) return y;
        std::vector<Tensor> outputs = {std::move(y)};
        pass_masks_on(*this, {x}, outputs);
        return outputs.front();
    } catch (const Error&) {
        detail::rethrow_named(*state_);
    }
}

std::vector<Tensor> Layer::apply(const std::vector<Tensor>& inputs, const CallOptions& options) const {
    if (options.mask.defined() && !inputs.empty()) {
        std::vector<Tensor> masked = inputs;
        masked[0] = masked[0].with_mask(options.mask);
        return apply(masked, {.training = options.training, .arguments = options.arguments});
    }
    Layer& self = const_cast<Layer&>(*this);
    state_->ensure_name(*this);
    try {
        require_some(*state_, inputs.size());
        for (const Tensor& x : inputs) require_defined(*state_, x.defined());
        require_spec(*state_, std::span(inputs));
        const bool training = options.training.value_or(Frame::training());
        state_->build_once(self, shapes_of(inputs), true);
        const Adoption adoption(*this);
        std::vector<Tensor> outputs = run(self, inputs, training, options.arguments);
        adoption.done();
        for (const Tensor& y : outputs) add_activity_loss(*state_, y);
        pass_masks_on(*this, inputs, outputs);
        return outputs;
    } catch (const Error&) {
        detail::rethrow_named(*state_);
    }
}

Tensor Layer::operator()(const std::vector<Tensor>& inputs, const CallOptions& options) const {
    return apply(inputs, options).front();
}

std::vector<KerasTensor> Layer::apply(const std::vector<KerasTensor>& inputs,
                                      const CallOptions& options) const {
    state_->ensure_name(*this);
    try {
        std::vector<Shape> shapes;
        std::vector<DType> dtypes;
        require_some(*state_, inputs.size());
        for (const KerasTensor& x : inputs) {
            require_defined(*state_, x.defined());
            shapes.push_back(x.shape());
            dtypes.push_back(x.dtype());
        }
        require_spec(*state_, std::span(inputs));
        const std::shared_ptr<Layer> kept = detail::shared_layer(*this);
        state_->build_once(*kept, shapes, false);
        std::vector<detail::Node::Output> outputs;
        {
            const Frame frame(*state_, false, Frame::Kind::call, &options.arguments);
            if (const auto* operation = dynamic_cast<const layers::Operation*>(this))
                for (const auto& [shape, dtype] : operation->compute_output_spec(shapes, dtypes))
                    outputs.push_back({shape, dtype});
            else
                for (const Shape& shape : compute_output_shapes(shapes))
                    outputs.push_back({shape, compute_output_dtype(dtypes)});
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

void Layer::build(const Shape& input_shape) {
    if (Frame::builds(*state_)) return build_variables(input_shape);
    state_->build_once(*this, {&input_shape, 1}, false);
    Adoption(*this).done();
}

void Layer::build_list(const std::vector<Shape>& input_shapes) {
    require_some(*state_, input_shapes.size());
    if (Frame::builds(*state_)) return build_list_variables(input_shapes);
    state_->build_once(*this, input_shapes, false);
    Adoption(*this).done();
}

void Layer::build_variables(const Shape& input_shape) {
    const Frame* frame = Frame::top();
    if (frame && frame->kind() == Frame::Kind::build) trial(*this, {input_shape});
}

void Layer::build_list_variables(const std::vector<Shape>& input_shapes) {
    require_one(*this, input_shapes.size());
    build_variables(input_shapes.front());
}

std::vector<Tensor> Layer::call_list(const std::vector<Tensor>& inputs) {
    require_one(*this, inputs.size());
    return {call(inputs.front())};
}

std::vector<Shape> Layer::compute_output_shapes(const std::vector<Shape>& inputs) const {
    require_one(*this, inputs.size());
    return {compute_output_shape(inputs.front())};
}

std::vector<Tensor> Layer::compute_mask(const std::vector<Tensor>& inputs,
                                        const std::vector<Tensor>& outputs) const {
    return std::vector<Tensor>(outputs.size(), inputs.empty() ? Tensor() : inputs.front().mask());
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

Tensor ListLayer::call(const Tensor& x) {
    return call_list({x}).front();
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

void ListLayer::build_list_variables(const std::vector<Shape>& input_shapes) {
    const Frame* frame = Frame::top();
    if (frame && frame->kind() == Frame::Kind::build) trial(*this, input_shapes);
}

void ListLayer::build_variables(const Shape& input_shape) {
    build_list_variables({input_shape});
}

}  // namespace keratin
