#include "models/graph.hpp"

#include "layers/fused_next.hpp"
#include "layers/layer_state.hpp"

#include <keratin/core/error.hpp>
#include <keratin/layers/input_layer.hpp>

#include <algorithm>
#include <map>
#include <set>
#include <unordered_map>
#include <unordered_set>

namespace keratin {
namespace {

using detail::Node;
using NodePointer = Graph::NodePointer;

const detail::LayerState* state_of(const Layer& layer) {
    return detail::LayerState::of(layer).get();
}

bool is_input(const KerasTensor& x) {
    return x.node()->inputs.empty();
}

/// The nodes that `outputs` need, each behind those that it needs itself: Keras's walk, which goes down from
/// each output in turn and does not pass `inputs`.
std::vector<NodePointer> walk(const std::vector<KerasTensor>& inputs, const std::vector<KerasTensor>& outputs,
                              std::vector<const detail::LayerState*>& order) {
    struct Visit {
        NodePointer node;
        size_t next;  ///< of its inputs
        bool stops;
    };
    std::unordered_set<const Node*> seen;
    std::unordered_set<const detail::LayerState*> met;
    std::vector<NodePointer> nodes;
    std::vector<Visit> path;
    const auto enter = [&](const KerasTensor& x) {
        if (!seen.insert(x.node().get()).second) return;
        if (const auto* layer = state_of(*x.node()->layer); met.insert(layer).second) order.push_back(layer);
        path.push_back({x.node(), 0, std::find(inputs.begin(), inputs.end(), x) != inputs.end()});
    };
    for (const KerasTensor& output : outputs) {
        enter(output);
        while (!path.empty()) {
            Visit& visit = path.back();
            if (!visit.stops && visit.next < visit.node->inputs.size()) {
                enter(visit.node->inputs[visit.next++]);  // may move `visit`
                continue;
            }
            nodes.push_back(std::move(visit.node));
            path.pop_back();
        }
    }
    return nodes;
}

}  // namespace

Graph::Graph(std::vector<KerasTensor> inputs, std::vector<KerasTensor> outputs, const std::string& owner)
    : inputs_(std::move(inputs)), outputs_(std::move(outputs)) {
    if (inputs_.empty() || outputs_.empty())
        fail<ValueError>("{}: a functional model needs inputs and outputs; it got {} and {}", owner,
                         inputs_.size(), outputs_.size());
    for (const auto* list : {&inputs_, &outputs_})
        for (const KerasTensor& x : *list)
            if (!x.defined())
                fail<ValueError>("{}: an {} stands for nothing; make it by Input() and calls of layers",
                                 owner, list == &inputs_ ? "input" : "output");
    if (!std::all_of(inputs_.begin(), inputs_.end(), is_input)) cut_off();
    sort(owner);
    check_names(owner);
    plan();
}

void Graph::cut_off() {
    std::vector<const detail::LayerState*> order;
    const std::vector<NodePointer> nodes = walk(inputs_, outputs_, order);
    std::map<std::pair<const Node*, size_t>, KerasTensor> made;
    for (KerasTensor& x : inputs_) {
        if (is_input(x)) continue;
        const Shape& shape = x.shape();
        const KerasTensor input = Input(shape.slice(1, shape.rank()), {.dtype = x.dtype()});
        made.emplace(std::pair(x.node().get(), x.index()), input);
        x = input;
    }
    const auto instead = [&](const KerasTensor& x) {
        const auto found = made.find({x.node().get(), x.index()});
        return found == made.end() ? x : found->second;
    };
    for (const NodePointer& node : nodes) {
        std::vector<KerasTensor> arguments;
        for (const KerasTensor& x : node->inputs) arguments.push_back(instead(x));
        if (arguments == node->inputs || made.contains({node.get(), 0})) continue;
        const auto copy =
            std::make_shared<Node>(node->layer, std::move(arguments), node->options, node->outputs);
        for (size_t i = 0; i < copy->outputs.size(); ++i)
            made.emplace(std::pair(node.get(), i), KerasTensor(copy, i));
    }
    for (KerasTensor& x : outputs_) x = instead(x);
}

void Graph::sort(const std::string& owner) {
    std::vector<const detail::LayerState*> order;
    nodes_ = walk(inputs_, outputs_, order);
    std::unordered_map<const detail::LayerState*, int64_t> met;
    for (size_t i = 0; i < order.size(); ++i) met[order[i]] = static_cast<int64_t>(i);

    std::unordered_map<const Node*, size_t> depths;
    std::unordered_map<const detail::LayerState*, size_t> layer_depths;
    size_t deepest = 0;
    for (auto node = nodes_.rbegin(); node != nodes_.rend(); ++node) {
        const auto* layer = state_of(*(*node)->layer);
        const size_t depth = std::max(depths[node->get()], layer_depths[layer]);
        depths[node->get()] = layer_depths[layer] = depth;
        deepest = std::max(deepest, depth);
        for (const KerasTensor& x : (*node)->inputs)
            depths[x.node().get()] = std::max(depths[x.node().get()], depth + 1);
    }
    for (const KerasTensor& x : inputs_)
        if (const auto* layer = state_of(*x.node()->layer); met.emplace(layer, -1).second) {
            layer_depths[layer] = depths[x.node().get()] = 0;
            nodes_.push_back(x.node());
        }

    by_depth_.resize(deepest + 1);
    std::vector<std::vector<std::shared_ptr<Layer>>> layers(deepest + 1);
    std::unordered_set<const detail::LayerState*> listed;
    for (const NodePointer& node : nodes_) {
        by_depth_[deepest - depths[node.get()]].push_back(node);
        if (node->inputs.empty() &&
            std::find(inputs_.begin(), inputs_.end(), KerasTensor(node, 0)) == inputs_.end())
            fail<ValueError>("{}: the outputs need {}, which is not among the model's inputs; add it to them",
                             owner, node->layer->name());
        const auto* layer = state_of(*node->layer);
        if (listed.insert(layer).second) layers[deepest - layer_depths[layer]].push_back(node->layer);
    }
    for (auto& level : layers) {
        std::sort(level.begin(), level.end(),
                  [&](const auto& a, const auto& b) { return met[state_of(*a)] < met[state_of(*b)]; });
        layers_.insert(layers_.end(), level.begin(), level.end());
    }
}

void Graph::check_names(const std::string& owner) const {
    std::set<std::string> names;
    for (const auto& layer : layers_)
        if (!names.insert(layer->name()).second)
            fail<ValueError>("{}: two layers are called \"{}\"; names must be unique, pass another .name",
                             owner, layer->name());
}

void Graph::plan() {
    std::map<std::pair<const Node*, size_t>, std::vector<size_t>> users;  // of a value: places in nodes_
    for (size_t i = 0; i < nodes_.size(); ++i)
        for (const KerasTensor& x : nodes_[i]->inputs) users[{x.node().get(), x.index()}].push_back(i);
    const auto is_output = [&](const Node* node) {
        return std::any_of(outputs_.begin(), outputs_.end(),
                           [&](const KerasTensor& y) { return y.node().get() == node; });
    };
    // A call whose result only one other takes, and that takes nothing else, has that one right behind it.
    const auto follower = [&](const Node* node) -> NodePointer {
        if (node->outputs.size() != 1 || node->inputs.empty() || is_output(node)) return nullptr;
        const auto of = users.find({node, 0});
        const bool by_one = of != users.end() && of->second.size() == 1;
        return by_one && nodes_[of->second[0]]->inputs.size() == 1 ? nodes_[of->second[0]] : nullptr;
    };
    std::unordered_set<const Node*> placed;
    for (const KerasTensor& x : inputs_) {
        places_.emplace_back(x.node().get(), values_++);
        placed.insert(x.node().get());
    }
    const auto place = [&](const NodePointer& node) {
        Step step{node, {}, values_, {}};
        for (const KerasTensor& x : node->inputs) step.inputs.push_back(place_of(x));
        places_.emplace_back(node.get(), values_);
        values_ += node->outputs.size();
        placed.insert(node.get());
        steps_.push_back(std::move(step));
    };
    for (const auto& level : by_depth_)
        for (const NodePointer& first : level)
            for (NodePointer node = first; node && !placed.contains(node.get());) {
                place(node);
                node = follower(node.get());
                if (node) steps_.back().feeds_next = true;
            }
    for (Step& step : steps_) {
        const bool simple = step.inputs.size() == 1 && step.node->outputs.size() == 1;
        if (!simple || users.contains({step.node.get(), 0})) continue;
        for (size_t i = 0; i < std::min<size_t>(outputs_.size(), 64); ++i)
            if (outputs_[i].node() == step.node) step.ends |= uint64_t{1} << i;
    }
    std::vector<bool> needed(values_, false);
    for (const KerasTensor& y : outputs_) results_.push_back(place_of(y));
    for (const size_t value : results_) needed[value] = true;
    for (auto step = steps_.rbegin(); step != steps_.rend(); ++step)
        for (const size_t value : step->inputs)
            if (!needed[value]) {
                needed[value] = true;
                step->done.push_back(value);
            }
}

size_t Graph::place_of(const KerasTensor& x) const {
    const auto place = std::find_if(places_.begin(), places_.end(),
                                    [&](const auto& entry) { return entry.first == x.node().get(); });
    return place->second + x.index();
}

std::vector<Tensor> Graph::run(const std::vector<Tensor>& inputs, uint64_t last_apart, Call call_last) const {
    check_input_count(inputs.size());
    std::vector<Tensor> values(values_);
    for (size_t i = 0; i < inputs.size(); ++i) values[i] = (*inputs_[i].node()->layer)(inputs[i]);
    for (size_t i = 0; i < steps_.size(); ++i) {
        const Step& step = steps_[i];
        const Layer& layer = *step.node->layer;
        if (step.inputs.size() == 1 && step.node->outputs.size() == 1) {
            const Tensor& x = values[step.inputs[0]];
            const bool inner = i + 2 < steps_.size() && step.feeds_next;
            const Layer* next = inner ? steps_[i + 1].node->layer.get() : nullptr;
            bool both = false;
            Tensor y = step.ends & last_apart ? call_last(layer, x)
                                              : layers::call_along(layer, next, x, step.node->options, both);
            if (both) ++i;
            values[steps_[i].first_output] = std::move(y);
        } else {
            std::vector<Tensor> given;
            for (const size_t value : step.inputs) given.push_back(values[value]);
            std::vector<Tensor> results = layer.apply(given, step.node->options);
            std::move(results.begin(), results.end(),
                      values.begin() + static_cast<std::ptrdiff_t>(step.first_output));
        }
        for (const size_t value : step.done) values[value] = {};
    }
    std::vector<Tensor> outputs;
    for (const size_t value : results_) outputs.push_back(values[value]);
    return outputs;
}

std::vector<Shape> Graph::output_shapes(const std::vector<Shape>& inputs) const {
    check_input_count(inputs.size());
    std::vector<Shape> values(values_);
    for (size_t i = 0; i < inputs.size(); ++i)
        values[i] = inputs_[i].node()->layer->compute_output_shape(inputs[i]);
    for (const Step& step : steps_) {
        std::vector<Shape> given;
        for (const size_t value : step.inputs) given.push_back(values[value]);
        const std::vector<Shape> results = step.node->layer->compute_output_shapes(given);
        std::copy(results.begin(), results.end(),
                  values.begin() + static_cast<std::ptrdiff_t>(step.first_output));
    }
    std::vector<Shape> outputs;
    for (const size_t value : results_) outputs.push_back(values[value]);
    return outputs;
}

void Graph::check_input_count(size_t count) const {
    if (count == inputs_.size()) return;
    std::string names;
    for (const KerasTensor& x : inputs_) names += (names.empty() ? "" : ", ") + x.name();
    fail<ValueError>("the model has {} inputs ({}) and got {}; give one tensor for each", inputs_.size(),
                     names, count);
}

std::vector<Graph::NodePointer> Graph::nodes_of(const Layer& layer) const {
    std::vector<NodePointer> nodes;
    for (const NodePointer& node : nodes_)
        if (state_of(*node->layer) == state_of(layer)) nodes.push_back(node);
    std::sort(nodes.begin(), nodes.end(), [](const auto& a, const auto& b) { return a->index < b->index; });
    return nodes;
}

size_t Graph::index_of(const Node& node) const {
    const std::vector<NodePointer> nodes = nodes_of(*node.layer);
    const auto found =
        std::find_if(nodes.begin(), nodes.end(), [&](const auto& other) { return other.get() == &node; });
    return static_cast<size_t>(found - nodes.begin());
}

const Layer* Graph::last_layer(size_t output) const {
    for (const Step& step : steps_)
        if (output < 64 && step.ends == uint64_t{1} << output) return step.node->layer.get();
    return nullptr;
}

bool Graph::is_chain() const {
    std::unordered_set<const detail::LayerState*> called;
    return std::all_of(by_depth_.begin(), by_depth_.end(), [&](const auto& level) {
        return level.size() == 1 && level[0]->inputs.size() <= 1 &&
               called.insert(state_of(*level[0]->layer)).second;
    });
}

}  // namespace keratin
