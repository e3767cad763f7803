#include "layers/layer_call.hpp"

#include <keratin/ops/elementwise.hpp>

#include <algorithm>

/// Calling layers on tensors.
namespace keratin {
namespace {

using detail::ActivityLosses;
using detail::Adoption;
using detail::Frame;
using detail::LayerState;

Tensor cast_as_computed(const LayerState& state, const Tensor& x) {
    const DType wanted = detail::as_computed(state, x.dtype());
    if (x.dtype() == wanted) return x;
    const Tensor y = cast(x, wanted);
    return x.mask().defined() ? y.with_mask(x.mask()) : y;
}

Tensor run(Layer& layer, const Tensor& x, bool training, const Config& arguments) {
    LayerState& state = *LayerState::of(layer);
    Frame frame(state, training, Frame::Kind::call, &arguments);
    Tensor y = layer.call(cast_as_computed(state, x));
    if (frame.adopted) state.drop_lost_layers();
    if (!y.defined()) fail<ValueError>("{}: call() returned an undefined tensor", state.name);
    return y;
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

void add_activity_loss(const LayerState& state, const Tensor& y) {
    if (!state.activity_regularizer || !ActivityLosses::wanted()) return;
    const int64_t batch = y.rank() > 0 ? y.shape()[0] : 1;
    if (batch > 0) ActivityLosses::add((*state.activity_regularizer)(y) / batch);
}

}  // namespace

std::vector<Tensor> detail::run_list(Layer& layer, const std::vector<Tensor>& inputs, bool training,
                                     const Config& arguments) {
    LayerState& state = *LayerState::of(layer);
    Frame frame(state, training, Frame::Kind::call, &arguments);
    std::vector<Tensor> given;
    for (const Tensor& x : inputs) given.push_back(cast_as_computed(state, x));
    std::vector<Tensor> outputs = layer.call_list(given);
    if (frame.adopted) state.drop_lost_layers();
    if (outputs.empty()) fail<ValueError>("{}: call_list() returned no tensor", state.name);
    for (const Tensor& y : outputs)
        if (!y.defined()) fail<ValueError>("{}: call_list() returned an undefined tensor", state.name);
    return outputs;
}

Tensor Layer::operator()(const Tensor& x, const CallOptions& options) const {
    if (options.mask.defined())
        return (*this)(x.with_mask(options.mask),
                       {.training = options.training, .arguments = options.arguments});
    Layer& self = const_cast<Layer&>(*this);  // a layer's state is shared; the object holds handles only
    state_->ensure_name(*this);
    try {
        detail::require_defined(*state_, x.defined());
        detail::require_spec(*state_, std::span(&x, 1));
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
        detail::require_some(*state_, inputs.size());
        for (const Tensor& x : inputs) detail::require_defined(*state_, x.defined());
        detail::require_spec(*state_, std::span(inputs));
        const bool training = options.training.value_or(Frame::training());
        state_->build_once(self, shapes_of(inputs), true);
        const Adoption adoption(*this);
        std::vector<Tensor> outputs = detail::run_list(self, inputs, training, options.arguments);
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

std::vector<Tensor> Layer::call_list(const std::vector<Tensor>& inputs) {
    detail::require_one(*this, inputs.size());
    return {call(inputs.front())};
}

std::vector<Tensor> Layer::compute_mask(const std::vector<Tensor>& inputs,
                                        const std::vector<Tensor>& outputs) const {
    return std::vector<Tensor>(outputs.size(), inputs.empty() ? Tensor() : inputs.front().mask());
}

Tensor ListLayer::call(const Tensor& x) {
    return call_list({x}).front();
}

}  // namespace keratin
