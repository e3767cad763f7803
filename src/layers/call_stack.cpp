#include "layers/call_stack.hpp"

#include <keratin/core/error.hpp>

#include <typeinfo>
#include <utility>

namespace keratin::detail {
namespace {

thread_local Frame* top_frame = nullptr;
thread_local bool trains_outside = false;  ///< the training flag where there is no frame
thread_local BuildTransaction* transaction = nullptr;
thread_local ActivityLosses* collector = nullptr;
thread_local std::string named_text;  ///< of the last error that got a layer's name

template <class E>
[[noreturn]] void throw_named(const E& error, const LayerState& layer) {
    if (typeid(error) != typeid(E)) throw;  // a class of the user's, which must arrive as it is
    const std::string text = error.what();
    if (text == named_text) throw error;
    named_text = layer.is_named_in(text) ? text : fmt::format("{}: {}", layer.name, text);
    throw E(named_text);
}

/// What variables are read as inside the layer.
std::optional<DType> read_as(const LayerState& state) {
    if (!state.autocast || !state.policy.mixed()) return std::nullopt;
    return state.policy.compute_dtype();
}

}  // namespace

Frame::Frame(LayerState& state, bool training, Kind kind, const Config* arguments)
    : state_(state),
      training_(training),
      kind_(kind),
      arguments_(arguments),
      outer_(top_frame),
      autocast_(read_as(state)) {
    top_frame = this;
}

Frame::~Frame() {
    top_frame = outer_;
}

Frame* Frame::top() {
    return top_frame;
}

bool Frame::is_in(const LayerState& state) {
    for (const Frame* frame = top_frame; frame; frame = frame->outer_)
        if (&frame->state_ == &state) return true;
    return false;
}

std::string Frame::scope(const LayerState& innermost) {
    std::vector<const LayerState*> states = {&innermost};
    for (const Frame* frame = top_frame; frame; frame = frame->outer_)
        if (&frame->state_ != states.back()) states.push_back(&frame->state_);
    std::string path;
    for (auto state = states.rbegin(); state != states.rend(); ++state)
        if (!(*state)->name.empty()) path += (*state)->name + "/";
    return path;
}

bool Frame::training() {
    return top_frame ? top_frame->training_ : trains_outside;
}

OutsideCalls::OutsideCalls(bool training)
    : frame_(std::exchange(top_frame, nullptr)), training_(std::exchange(trains_outside, training)) {}

OutsideCalls::~OutsideCalls() {
    top_frame = frame_;
    trains_outside = training_;
}

BuildTransaction::BuildTransaction() : outer_(transaction) {
    transaction = this;
}

BuildTransaction::~BuildTransaction() {
    transaction = outer_;
    if (committed_) return;
    for (const Variable& variable : variables_) variable.storage() = Tensor();
    for (const auto& state : states_) state->unbuild();
}

void BuildTransaction::made(const Variable& variable) {
    if (transaction) transaction->variables_.push_back(variable);
}

void BuildTransaction::built(const std::shared_ptr<LayerState>& state) {
    if (transaction) transaction->states_.push_back(state);
}

void BuildTransaction::commit() {
    if (outer_) {
        outer_->variables_.insert(outer_->variables_.end(), variables_.begin(), variables_.end());
        outer_->states_.insert(outer_->states_.end(), states_.begin(), states_.end());
    }
    committed_ = true;
}

ActivityLosses::ActivityLosses(bool gather) : outer_(collector), gather_(gather) {
    collector = this;
}

ActivityLosses::~ActivityLosses() {
    collector = outer_;
}

bool ActivityLosses::wanted() {
    return collector && collector->gather_;
}

void ActivityLosses::add(Tensor penalty) {
    if (wanted()) collector->penalties_.push_back(std::move(penalty));
}

std::vector<Tensor> ActivityLosses::take() {
    return std::exchange(penalties_, {});
}

std::vector<Tensor> ActivityLosses::gathered() {
    return collector ? collector->take() : std::vector<Tensor>();
}

void rethrow_named(const LayerState& layer) {
    try {
        throw;
    } catch (const ShapeError& error) {
        throw_named(error, layer);
    } catch (const ValueError& error) {
        throw_named(error, layer);
    } catch (const DTypeError& error) {
        throw_named(error, layer);
    } catch (const IoError& error) {
        throw_named(error, layer);
    } catch (const FormatError& error) {
        throw_named(error, layer);
    }
}

}  // namespace keratin::detail
