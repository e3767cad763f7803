#include "models/graph.hpp"

#include "layers/fused_next.hpp"

#include <keratin/core/error.hpp>

#include <algorithm>
#include <unordered_set>

/// How a graph runs: its calls as steps on a list of values.
namespace keratin {

using detail::Node;

void Graph::plan() {
    Users users;
    for (size_t i = 0; i < nodes_.size(); ++i)
        for (const KerasTensor& x : nodes_[i]->inputs) users[{x.node().get(), x.index()}].push_back(i);
    make_steps(users);
    for (const KerasTensor& y : outputs_) results_.push_back(place_of(y));
    mark_ends(users);
    mark_done();
}

void Graph::make_steps(const Users& users) {
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
                node = follower(*node, users);
                if (node) steps_.back().feeds_next = true;
            }
}

Graph::NodePointer Graph::follower(const Node& node, const Users& users) const {
    const bool is_output = std::any_of(outputs_.begin(), outputs_.end(),
                                       [&](const KerasTensor& y) { return y.node().get() == &node; });
    if (node.outputs.size() != 1 || node.inputs.empty() || is_output) return nullptr;
    const auto of = users.find({&node, 0});
    const bool by_one = of != users.end() && of->second.size() == 1;
    return by_one && nodes_[of->second[0]]->inputs.size() == 1 ? nodes_[of->second[0]] : nullptr;
}

void Graph::mark_ends(const Users& users) {
    for (Step& step : steps_) {
        const bool simple = step.inputs.size() == 1 && step.node->outputs.size() == 1;
        if (!simple || users.contains({step.node.get(), 0})) continue;
        for (size_t i = 0; i < std::min<size_t>(outputs_.size(), 64); ++i)
            if (outputs_[i].node() == step.node) step.ends |= uint64_t{1} << i;
    }
}

void Graph::mark_done() {
    std::vector<bool> needed(values_, false);
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

const Layer* Graph::last_layer(size_t output) const {
    for (const Step& step : steps_)
        if (output < 64 && step.ends == uint64_t{1} << output) return step.node->layer.get();
    return nullptr;
}

}  // namespace keratin
