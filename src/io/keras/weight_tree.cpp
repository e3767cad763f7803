#include "io/keras/weight_tree.hpp"

#include "layers/layer_state.hpp"

#include <keratin/layers/operation.hpp>
#include <keratin/layers/wrapper.hpp>
#include <keratin/optimizers/loss_scale_optimizer.hpp>

#include <algorithm>
#include <array>
#include <map>
#include <set>
#include <unordered_set>

namespace keratin::io {
namespace {

using detail::LayerState;
using State = std::shared_ptr<LayerState>;

/// Attributes of Keras's classes that hold layers, in the order in which keratin's classes list them.
struct Attributes {
    std::string_view class_name;
    std::array<std::string_view, 4> names;
};
constexpr std::array<Attributes, 7> attributes = {
    {{"Bidirectional", {"forward_layer", "backward_layer"}},
     {"GRU", {"cell"}},
     {"LSTM", {"cell"}},
     {"MultiHeadAttention", {"query_dense", "key_dense", "value_dense", "output_dense"}},
     {"RNN", {"cell"}},
     {"SimpleRNN", {"cell"}},
     {"TimeDistributed", {"layer"}}}};

/// "conv2d", then "conv2d_1", ...: Keras counts in each list anew.
class Numbered {
public:
    std::string operator()(const std::string& name) {
        for (;;) {
            const int before = seen_[name]++;
            std::string numbered = before == 0 ? name : fmt::format("{}_{}", name, before);
            if (taken_.insert(numbered).second) return numbered;
        }
    }

private:
    std::map<std::string, int> seen_;
    std::set<std::string> taken_;
};

std::string class_of(const LayerState& state) {
    const Layer* layer = state.oldest_layer();
    return to_snake_case(layer ? layer->class_name() : state.class_name);
}

/// "dense_12" of a Dense: a name that was made up, and is another the next time.
bool is_made_up(const std::string& name, const std::string& class_name) {
    if (!name.starts_with(class_name)) return false;
    const std::string_view rest = std::string_view(name).substr(class_name.size());
    return rest.empty() ||
           (rest.size() > 1 && rest.front() == '_' &&
            std::all_of(rest.begin() + 1, rest.end(), [](char c) { return c >= '0' && c <= '9'; }));
}

class Walk {
public:
    std::vector<WeightGroup> groups;
    std::set<const LayerState*> shared;

    void visit(const State& state, const std::string& path) {
        if (!visited_.insert(state.get()).second) {
            shared.insert(state.get());
            return;
        }
        WeightGroup group{path, state->name, {}, state->oldest_layer()};
        state->own_variables(group.variables);
        std::erase_if(group.variables, [](const Variable& variable) { return !is_saved(variable); });
        groups.push_back(std::move(group));
        for (const auto& [name, child] : children(*state))
            visit(child, path.empty() ? name : path + "/" + name);
    }

private:
    using Children = std::vector<std::pair<std::string, State>>;

    static Children children(const LayerState& state) {
        const std::vector<State> inner = state.inner();
        if (state.class_name == "Sequential" || state.class_name == "Functional")
            return listed(inner, "layers/");
        if (state.class_name == "StackedRNNCells") return listed(inner, "cells/");
        const auto known = std::find_if(attributes.begin(), attributes.end(), [&](const Attributes& a) {
            return a.class_name == state.class_name;
        });
        Children children;
        if (known != attributes.end()) {
            for (size_t i = 0; i < std::min(inner.size(), known->names.size()); ++i)
                children.emplace_back(known->names[i], inner[i]);
        } else if (dynamic_cast<const layers::Wrapper*>(state.oldest_layer()) && !inner.empty()) {
            children.emplace_back("layer", inner.front());
        } else {
            return named(inner, dynamic_cast<const Model*>(state.oldest_layer()) != nullptr);
        }
        std::sort(children.begin(), children.end(),
                  [](const auto& a, const auto& b) { return a.first < b.first; });
        return children;
    }
    static Children listed(const std::vector<State>& inner, const std::string& list) {
        Numbered numbered;
        Children children;
        for (const State& state : inner)  // Keras's layers are without the operations between them
            if (!dynamic_cast<const layers::Operation*>(state->oldest_layer()))
                children.emplace_back(list + numbered(class_of(*state)), state);
        return children;
    }
    static Children named(const std::vector<State>& inner, bool of_model) {
        Numbered numbered;
        std::set<std::string> taken;
        Children children;
        for (const State& state : inner) {
            const std::string class_name = class_of(*state);
            const bool made_up = is_made_up(state->name, class_name);
            if (!of_model)
                children.emplace_back(numbered(made_up ? class_name : state->name), state);
            else if (!made_up && state->name < "layers" && !state->name.starts_with('_') &&
                     taken.insert(state->name).second)
                children.emplace_back(state->name, state);
        }
        if (!of_model) return children;
        std::sort(children.begin(), children.end(),
                  [](const auto& a, const auto& b) { return a.first < b.first; });
        const Children list = listed(inner, "layers/");
        children.insert(children.end(), list.begin(), list.end());
        return children;
    }

    std::unordered_set<const LayerState*> visited_;
};

Walk walk_of(const Model& model) {
    model.variables();  // brings the lists up to date
    Walk walk;
    walk.visit(LayerState::refreshed(model), "");
    return walk;
}

}  // namespace

std::vector<WeightGroup> weight_tree(const Model& model) {
    return walk_of(model).groups;
}

std::set<const LayerState*> shared_layers(const Model& model) {
    return walk_of(model).shared;
}

bool is_saved(const Variable& variable) {
    return variable.name() != detail::unsaved_weight;
}

std::vector<WeightGroup> optimizer_tree(const optimizers::Optimizer& optimizer) {
    std::vector<WeightGroup> groups = {{"optimizer", optimizer.name(), optimizer.variables(), nullptr}};
    if (const auto* scaling = dynamic_cast<const optimizers::LossScaleOptimizer*>(&optimizer))
        groups.push_back({"optimizer/inner_optimizer", scaling->inner_optimizer()->name(),
                          scaling->inner_optimizer()->variables(), nullptr});
    return groups;
}

}  // namespace keratin::io
