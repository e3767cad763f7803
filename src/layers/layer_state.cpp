#include "layers/layer_state.hpp"

#include "autograd/structure.hpp"
#include "layers/shared_layer.hpp"

#include <keratin/core/error.hpp>

#include <algorithm>

namespace keratin::detail {
namespace {

void check_name(const std::string& name) {
    if (name.find('/') != std::string::npos)
        fail<ValueError>("Layer: the name \"{}\" holds a '/', which separates names in paths; leave it out",
                         name);
}

/// An empty list whose memory this thread uses again: every call of an inner layer needs one.
class BorrowedVariables {
public:
    BorrowedVariables() : list_(std::move(kept())) {}
    ~BorrowedVariables() {
        list_.clear();
        kept() = std::move(list_);
    }
    BorrowedVariables(const BorrowedVariables&) = delete;
    BorrowedVariables& operator=(const BorrowedVariables&) = delete;

    std::vector<Variable>& operator*() { return list_; }

private:
    static std::vector<Variable>& kept() {
        thread_local std::vector<Variable> list;
        return list;
    }
    std::vector<Variable> list_;
};

}  // namespace

LayerState::LayerState(LayerOptions options, std::string_view builtin)
    : activity_regularizer(std::move(options.activity_regularizer)),
      policy(options.dtype),
      autocast(options.autocast),
      class_name(builtin),
      name(std::move(options.name)),
      trainable_(options.trainable) {
    check_name(name);
    if (!is_floating(policy.compute_dtype()))
        fail<DTypeError>("{}: dtype is {}; layers compute in floating dtypes",
                         name.empty() ? std::string(class_name) : name, policy.compute_dtype());
    numbered = name.empty() && !class_name.empty();
    if (numbered) name = unique_name(to_snake_case(class_name));
    named_ = !name.empty();
}

void LayerState::enroll(const Layer& layer) {
    const std::lock_guard lock(mutex_);
    objects_.push_back(&layer);
}

void LayerState::leave(const Layer& layer) {
    const std::lock_guard lock(mutex_);
    objects_.erase(std::find(objects_.begin(), objects_.end(), &layer));
}

const Layer* LayerState::oldest_layer() const {
    const std::lock_guard lock(mutex_);
    return objects_.empty() ? nullptr : objects_.front();
}

std::shared_ptr<Layer> LayerState::any_layer() const {
    const Layer* oldest = oldest_layer();
    return oldest ? shared_layer(*oldest) : nullptr;
}

const std::string& LayerState::ensure_name(const Layer& layer) {
    if (named_.load(std::memory_order_acquire)) return name;
    const std::string base = to_snake_case(layer.class_name());
    const std::lock_guard lock(mutex_);
    if (!named_) {
        name = unique_name(base);
        named_.store(true, std::memory_order_release);
    }
    return name;
}

void LayerState::name_if_unnamed(const std::string& given) {
    const std::lock_guard lock(mutex_);
    if (named_) return;
    name = given;
    named_.store(true, std::memory_order_release);
}

std::shared_ptr<LayerState> LayerState::refreshed(const Layer& layer) {
    LayerState& state = *layer.state_;
    state.ensure_name(layer);
    {
        BorrowedVariables variables;
        layer.own_variables(*variables);
        state.refresh_weights(*variables);
    }
    if (!state.finds_inner()) {
        const std::vector<std::shared_ptr<LayerState>> inner = layer.inner_states();
        if (!state.finds_inner()) state.list_inner(inner);  // asking may have told
    }
    return layer.state_;
}

void LayerState::refresh_weights(std::vector<Variable>& variables) {
    std::erase_if(variables, [](const Variable& variable) { return !variable.built(); });
    const std::lock_guard lock(mutex_);
    const auto known = [&](const Variable& variable) {
        return std::find_if(weights_.begin(), weights_.end(),
                            [&](const Weight& w) { return w.variable.same_as(variable); });
    };
    const bool same = variables.size() == weights_.size() &&
                      std::all_of(variables.begin(), variables.end(),
                                  [&](const Variable& v) { return known(v) != weights_.end(); });
    if (same) return;
    std::vector<Weight> weights;
    for (const Variable& variable : variables) {
        const auto weight = known(variable);
        weights.push_back({variable, weight == weights_.end() ? variable.trainable() : weight->trainable});
        if (!trainable()) variable.set_trainable(false);
    }
    weights_ = std::move(weights);
    StructureVersion::changed();
}

void LayerState::list_inner(const std::vector<std::shared_ptr<LayerState>>& states) {
    const std::lock_guard lock(mutex_);
    const bool same =
        std::equal(inner_.begin(), inner_.end(), states.begin(), states.end(),
                   [](const Inner& inner, const auto& state) { return inner.state.lock() == state; });
    if (same) return;
    StructureVersion::changed();
    inner_.clear();
    for (const auto& state : states) inner_.push_back({state.get(), state, state->name, false});
}

void LayerState::set_trainable(bool on) {
    Visited visited;
    set_trainable(on, visited);
}

void LayerState::set_trainable(bool on, Visited& visited) {
    if (!visited.insert(this).second) return;
    trainable_.store(on, std::memory_order_relaxed);
    StructureVersion::changed();
    {
        const std::lock_guard lock(mutex_);
        for (const Weight& weight : weights_)
            if (weight.trainable) weight.variable.set_trainable(on);
    }
    for (const auto& state : inner()) state->set_trainable(on, visited);
}

bool LayerState::adopt(const std::shared_ptr<LayerState>& child) {
    {
        const std::lock_guard lock(mutex_);
        for (Inner& inner : inner_)
            if (inner.address == child.get() && !inner.state.expired()) return false;
        inner_.push_back({child.get(), child, child->name, false});
        StructureVersion::changed();
    }
    if (!trainable()) child->set_trainable(false);
    return true;
}

void LayerState::note_variables(const LayerState& child) {
    const std::lock_guard lock(mutex_);
    for (Inner& inner : inner_)
        if (inner.address == &child) inner.has_variables = true;
}

void LayerState::drop_lost_layers() {
    const std::lock_guard lock(mutex_);
    for (const Inner& inner : inner_)
        if (inner.has_variables && inner.state.expired()) {
            const std::string lost = inner.name;
            std::erase_if(inner_, [](const Inner& entry) { return entry.state.expired(); });
            fail<ValueError>(
                "{}: call() made the layer {}, whose variables are gone when call() returns, so it would "
                "never learn; make it a member of the layer",
                name, lost);
        }
    std::erase_if(inner_, [](const Inner& entry) { return entry.state.expired(); });
}

std::vector<std::shared_ptr<LayerState>> LayerState::inner() const {
    std::vector<std::shared_ptr<LayerState>> states;
    const std::lock_guard lock(mutex_);
    for (const Inner& inner : inner_)
        if (auto state = inner.state.lock()) states.push_back(std::move(state));
    return states;
}

bool LayerState::is_named_in(const std::string& text) const {
    if (text.starts_with(name + ":")) return true;
    const std::vector<std::shared_ptr<LayerState>> states = inner();
    return std::any_of(states.begin(), states.end(),
                       [&](const auto& state) { return state.get() != this && state->is_named_in(text); });
}

void LayerState::own_variables(std::vector<Variable>& list) const {
    const std::lock_guard lock(mutex_);
    for (const bool trainable : {true, false})
        for (const Weight& weight : weights_)
            if (weight.trainable == trainable) list.push_back(weight.variable);
}

void LayerState::add_generator(const SeedGenerator& generator) {
    const std::lock_guard lock(mutex_);
    generators_.push_back(generator);
}

std::vector<SeedGenerator> LayerState::generators() const {
    const std::lock_guard lock(mutex_);
    return generators_;
}

std::vector<Variable> LayerState::all_variables() {
    std::vector<Variable> variables;
    Visited visited;
    collect(variables, visited);
    return variables;
}

void LayerState::collect(std::vector<Variable>& into, Visited& visited) const {
    if (!visited.insert(this).second) return;
    std::vector<Variable> own;
    own_variables(own);
    for (const Variable& variable : own)
        if (visited.insert(variable.id()).second) into.push_back(variable);
    for (const auto& state : inner()) state->collect(into, visited);
}

}  // namespace keratin::detail
