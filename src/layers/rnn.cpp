#include <keratin/layers/rnn.hpp>

#include "layers/checks.hpp"
#include "layers/layer_state.hpp"
#include "layers/recurrent_config.hpp"
#include "layers/rnn_config.hpp"

#include <keratin/core/error.hpp>
#include <keratin/layers/registry.hpp>
#include <keratin/ops/elementwise.hpp>
#include <keratin/ops/shaping.hpp>

#include <utility>

namespace keratin::layers {
namespace {

/// What belongs to step t of a tensor whose first axis is time.
Tensor at_step(const Tensor& x, int64_t t) {
    return squeeze(slice(x, {{t, t + 1}}), 0);
}

/// Step t counts for these samples: (batch, 1), undefined for all.
Tensor mask_of_step(const Tensor& by_time, int64_t t) {
    return by_time.defined() ? expand_dims(at_step(by_time, t), -1) : Tensor();
}

Tensor time_first(const Tensor& x) {
    std::vector<int> axes = {1, 0};
    for (int axis = 2; axis < x.rank(); ++axis) axes.push_back(axis);
    return transpose(x, axes);
}

}  // namespace

RNN::RNN(std::shared_ptr<RNNCell> one, RNNOptions given, const char* class_name)
    : ListLayer(layer_options(given), class_name),
      cell(std::move(one)),
      loop(std::move(given)),
      class_name_(class_name) {
    if (!cell) fail<ValueError>("{}: its cell is null", name());
    if (loop.stateful) states.resize(cell->state_size().size());
}

RNN::RNN(std::shared_ptr<RNNCell> one, RNNOptions given) : RNN(std::move(one), std::move(given), "RNN") {}

RNN::RNN(std::vector<std::shared_ptr<RNNCell>> cells, RNNOptions given)
    : RNN(std::make_shared<StackedRNNCells>(std::move(cells), StackedRNNCellsOptions{.dtype = given.dtype}),
          std::move(given)) {}

std::string RNN::class_name() const {
    return class_name_;
}

void RNN::check_shapes(const std::vector<Shape>& inputs) const {
    if (inputs.empty()) fail<ValueError>("{}: it got no inputs; give it a list of tensors", name());
    const Shape& input = inputs.front();
    if (input.rank() != 3)
        fail<ShapeError>("{}: input has shape {}; (batch, time, features) is needed", name(), input);
    cell->require_features(input[2]);
    const std::vector<int64_t> extents = cell->state_size();
    if (inputs.size() == 1) return;
    if (inputs.size() != 1 + extents.size())
        fail<ValueError>("{}: it got {} initial states, its cell has {}; give all or none", name(),
                         inputs.size() - 1, extents.size());
    for (size_t i = 0; i < extents.size(); ++i) {
        const Shape needed = {input[0], extents[i]}, &state = inputs[i + 1];
        const bool any_batch =
            input[0] == Shape::unknown || (state.rank() == 2 && state[0] == Shape::unknown);
        if (state.rank() != 2 || state[1] != needed[1] || (!any_batch && state[0] != needed[0]))
            fail<ShapeError>("{}: state {} has shape {}, it must be {} for this input{}", name(), i, state,
                             needed,
                             loop.stateful ? "; a stateful layer keeps to the batch it was built for" : "");
    }
}

void RNN::build_list_variables(const std::vector<Shape>& input_shapes) {
    check_shapes(input_shapes);
    const Shape& input = input_shapes.front();
    cell->build_list({Shape{input[0], input[2]}});
    if (!loop.stateful) return;
    if (input[0] == Shape::unknown)
        fail<ShapeError>(
            "{}: it is stateful, so the batch must be known; give Input(.., {{.batch_size = ..}})", name());
    const std::vector<int64_t> extents = cell->state_size();
    for (size_t i = 0; i < extents.size(); ++i)
        add_weight(states[i], {.name = "rnn_state",
                               .shape = {input[0], extents[i]},
                               .initializer = "zeros",
                               .trainable = false});
}

void RNN::own_variables(std::vector<Variable>& list) const {
    list.insert(list.end(), states.begin(), states.end());
}

std::vector<std::shared_ptr<detail::LayerState>> RNN::inner_states() const {
    return {detail::LayerState::refreshed(*cell)};
}

void RNN::reset_state() const {
    for (const Variable& state : states)
        if (state.built()) state.assign(zeros(state.shape(), state.dtype()));
}

std::vector<Tensor> RNN::first_states(const std::vector<Tensor>& inputs) const {
    if (inputs.size() > 1) return {inputs.begin() + 1, inputs.end()};
    if (!loop.stateful) return cell->initial_state(inputs.front().shape()[0]);
    return {states.begin(), states.end()};
}

std::vector<Tensor> RNN::call_list(const std::vector<Tensor>& inputs) {
    std::vector<Shape> shapes;
    for (const Tensor& input : inputs) shapes.push_back(input.shape());
    if (inputs.size() == 1 && loop.stateful)
        for (const Variable& state : states) shapes.push_back(state.shape());
    check_shapes(shapes);
    const Tensor& x = inputs.front();
    if (x.shape()[1] == 0) fail<ShapeError>("{}: input of shape {} has no time steps", name(), x.shape());
    // Keras hands on the mask that an input carries only when that is the only tensor.
    const bool heeds_mask = inputs.size() == 1 || call_flag("mask");
    return cell->inside([&] { return run(heeds_mask ? x : x.with_mask({}), first_states(inputs)); });
}

std::vector<Tensor> RNN::run(const Tensor& x, std::vector<Tensor> now) const {
    RNNCell& one = *cell;
    const int64_t steps = x.shape()[1];
    const RNNCell::Masks masks = one.draw_masks(x.shape()[0], x.shape()[2]);
    const Tensor projected = time_first(one.project(x, masks));
    const Tensor counts = x.mask().defined() ? time_first(x.mask()) : Tensor();
    Tensor output;
    std::vector<Tensor> outputs;
    for (int64_t i = 0; i < steps; ++i) {
        const int64_t t = loop.go_backwards ? steps - 1 - i : i;
        std::vector<Tensor> next = one.step(at_step(projected, t), now, masks);
        if (next.size() != 1 + now.size())
            fail<ValueError>("{}: a step of {} gave {} tensors; the output and {} states are needed", name(),
                             one.name(), next.size(), now.size());
        if (const Tensor mask = mask_of_step(counts, t); mask.defined()) {
            const bool keeps = output.defined() && !loop.zero_output_for_mask;
            next[0] = where(mask, next[0], keeps ? output : zeros_like(next[0]));
            for (size_t s = 0; s < now.size(); ++s) next[s + 1] = where(mask, next[s + 1], now[s]);
        }
        output = next.front();
        now.assign(std::make_move_iterator(next.begin() + 1), std::make_move_iterator(next.end()));
        if (loop.return_sequences) outputs.push_back(output);
    }
    if (loop.stateful)
        for (size_t s = 0; s < states.size(); ++s) states[s].assign(now[s]);
    std::vector<Tensor> result = {loop.return_sequences ? stack(outputs, 1) : output};
    if (loop.return_state) result.insert(result.end(), now.begin(), now.end());
    return result;
}

std::vector<Shape> RNN::compute_output_shapes(const std::vector<Shape>& inputs) const {
    check_shapes(inputs);
    const Shape& input = inputs.front();
    const Shape batch = input.slice(0, 1), units{cell->output_size()};
    std::vector<Shape> shapes = {loop.return_sequences ? input.slice(0, 2) + units : batch + units};
    if (loop.return_state)
        for (const int64_t extent : cell->state_size()) shapes.push_back(batch + Shape{extent});
    return shapes;
}

std::vector<Tensor> RNN::compute_mask(const std::vector<Tensor>& inputs, const std::vector<Tensor>&) const {
    return {loop.return_sequences ? inputs.front().mask() : Tensor()};
}

Config RNN::loop_config() const {
    Config config = base_config();
    set_loop_config(config, loop);
    return config;
}

Config RNN::get_config() const {
    Config config = loop_config();
    config.set("cell", serialize(*cell));
    return config;
}

std::shared_ptr<Layer> RNN::from_config(const Config& config) {
    LayerReader reader(config, "RNN");
    const Config& node = reader.require("cell");
    const auto cell = std::dynamic_pointer_cast<RNNCell>(layer_from_config(node));
    if (!cell) fail<ValueError>("RNN: its config has a cell that is none: {}", node["class_name"].to_json());
    auto options = reader.options<RNNOptions>();
    read_loop_config(reader, options);
    reader.finish();
    return std::make_shared<RNN>(cell, std::move(options));
}

}  // namespace keratin::layers
