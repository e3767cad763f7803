#include "models/graph.hpp"

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

bool Graph::is_chain() const {
    std::unordered_set<const detail::LayerState*> called;
    return std::all_of(by_depth_.begin(), by_depth_.end(), [&](const auto& level) {
        return level.size() == 1 && level[0]->inputs.size() <= 1 &&
               called.insert(state_of(*level[0]->layer)).second;
    });
}

}  // namespace keratin
