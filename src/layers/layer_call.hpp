#pragma once

#include "layers/call_stack.hpp"
#include "layers/input_spec.hpp"
#include "layers/layer_state.hpp"

#include <keratin/core/error.hpp>
#include <keratin/layers/layer.hpp>

#include <cstddef>
#include <memory>
#include <span>
#include <vector>

/// What is done around each call() of a layer, on tensors or on what stands for them.
namespace keratin::detail {

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
inline DType as_computed(const LayerState& state, DType dtype) {
    const bool as_it_is =
        !is_floating(dtype) || state.takes_any_float || (!state.autocast && state.policy.mixed());
    return as_it_is ? dtype : state.policy.compute_dtype();
}

inline void require_defined(const LayerState& state, bool defined) {
    if (!defined)
        fail<ValueError>(
            "{}: the input is an undefined tensor; give it a value first, for instance by zeros(shape)",
            state.name);
}

inline void require_some(const LayerState& state, size_t inputs) {
    if (inputs == 0) fail<ValueError>("{}: it got no inputs; give it a list of tensors", state.name);
}

/// The inputs, tensors or what stands for them, are what the layer asks for.
template <class T>
void require_spec(const LayerState& state, std::span<const T> inputs) {
    if (state.input_spec.empty()) return;
    require_inputs(state.input_spec, inputs.size(), state.name);
    for (size_t i = 0; i < inputs.size(); ++i)
        require_fit(state.input_spec[i], i, inputs[i].shape(), as_computed(state, inputs[i].dtype()),
                    state.name);
}

inline void require_one(const Layer& layer, size_t inputs) {
    if (inputs != 1)
        fail<ValueError>("{}: it takes one input and got {}; {} a merging layer such as layers::Concatenate",
                         layer.name(), inputs, inputs ? "join them by" : "give one, or use");
}

/// Runs call_list(), in the layer's frame, on inputs cast as it computes.
std::vector<Tensor> run_list(Layer& layer, const std::vector<Tensor>& inputs, bool training,
                             const Config& arguments);

}  // namespace keratin::detail
