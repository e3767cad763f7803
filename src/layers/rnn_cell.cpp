#include <keratin/layers/rnn_cell.hpp>

#include "layers/call_stack.hpp"
#include "layers/config.hpp"
#include "layers/layer_state.hpp"

#include <keratin/core/error.hpp>
#include <keratin/layers/registry.hpp>

#include <iterator>

namespace keratin::layers {
namespace {

void check_step(const RNNCell& cell, const std::vector<Shape>& inputs) {
    const size_t states = cell.state_size().size();
    if (inputs.size() != 1 + states)
        fail<ValueError>("{}: a step takes the input and {} states, it got {} tensors", cell.name(), states,
                         inputs.size());
    if (inputs.front().rank() != 2)
        fail<ShapeError>("{}: input has shape {}; (batch, features) is needed", cell.name(), inputs.front());
    cell.require_features(inputs.front().back());
}

}  // namespace

struct RNNCell::Inside::Frame {
    explicit Frame(RNNCell& cell)
        : frame(*detail::LayerState::of(cell), detail::Frame::training(), detail::Frame::Kind::call) {}
    detail::Frame frame;
};

RNNCell::Inside::Inside(RNNCell& cell) : frame_(std::make_unique<Frame>(cell)) {}
RNNCell::Inside::~Inside() = default;

std::vector<Tensor> RNNCell::initial_state(int64_t batch) const {
    std::vector<Tensor> states;
    for (const int64_t extent : state_size()) states.push_back(zeros({batch, extent}, compute_dtype()));
    return states;
}

void RNNCell::require_features(int64_t) const {}

RNNCell::Masks RNNCell::draw_masks(int64_t, int64_t) {
    return {};
}

Tensor RNNCell::project(const Tensor& x, const Masks&) {
    return x;
}

std::vector<Tensor> RNNCell::call_list(const std::vector<Tensor>& inputs) {
    std::vector<Shape> shapes;
    for (const Tensor& input : inputs) shapes.push_back(input.shape());
    check_step(*this, shapes);
    const Tensor& x = inputs.front();
    const Masks masks = draw_masks(x.shape()[0], x.shape()[1]);
    return step(project(x, masks), {inputs.begin() + 1, inputs.end()}, masks);
}

std::vector<Shape> RNNCell::compute_output_shapes(const std::vector<Shape>& inputs) const {
    check_step(*this, inputs);
    const Shape batch = inputs.front().slice(0, 1);
    std::vector<Shape> shapes = {batch + Shape{output_size()}};
    for (const int64_t extent : state_size()) shapes.push_back(batch + Shape{extent});
    return shapes;
}

void RNNCell::build_list_variables(const std::vector<Shape>& input_shapes) {
    std::vector<Shape> shapes = {input_shapes.front()};
    for (const int64_t extent : state_size()) shapes.push_back(shapes.front().slice(0, 1) + Shape{extent});
    ListLayer::build_list_variables(shapes);
}

StackedRNNCells::StackedRNNCells(std::vector<std::shared_ptr<RNNCell>> list, StackedRNNCellsOptions given)
    : RNNCell(LayerOptions{.trainable = given.trainable, .dtype = given.dtype, .name = given.name},
              "StackedRNNCells"),
      cells(std::move(list)) {
    if (cells.empty()) fail<ValueError>("{}: it got no cells; give at least one", name());
    for (const auto& cell : cells)
        if (!cell) fail<ValueError>("{}: one of the cells is null", name());
}

std::vector<int64_t> StackedRNNCells::state_size() const {
    std::vector<int64_t> sizes;
    for (const auto& cell : cells)
        for (const int64_t extent : cell->state_size()) sizes.push_back(extent);
    return sizes;
}

std::vector<Tensor> StackedRNNCells::initial_state(int64_t batch) const {
    std::vector<Tensor> states;
    for (const auto& cell : cells)
        for (Tensor& state : cell->initial_state(batch)) states.push_back(std::move(state));
    return states;
}

RNNCell::Masks StackedRNNCells::draw_masks(int64_t batch, int64_t features) {
    Masks masks;
    for (const auto& cell : cells) {
        masks.cells.push_back(cell->draw_masks(batch, features));
        features = cell->output_size();
    }
    return masks;
}

std::vector<Tensor> StackedRNNCells::step(const Tensor& x, const std::vector<Tensor>& states,
                                          const Masks& masks) {
    std::vector<Tensor> result(1);
    Tensor output = x;
    auto state = states.begin();
    for (size_t i = 0; i < cells.size(); ++i) {
        RNNCell& cell = *cells[i];
        const auto count = static_cast<std::ptrdiff_t>(cell.state_size().size());
        std::vector<Tensor> outputs = cell.inside([&] {
            return cell.step(cell.project(output, masks.cells[i]), {state, state + count}, masks.cells[i]);
        });
        state += count;
        output = outputs.front();
        std::move(outputs.begin() + 1, outputs.end(), std::back_inserter(result));
    }
    result.front() = output;
    return result;
}

void StackedRNNCells::build_list_variables(const std::vector<Shape>& input_shapes) {
    Shape shape = input_shapes.front();
    for (const auto& cell : cells) {
        cell->build_list({shape});
        shape = shape.slice(0, 1) + Shape{cell->output_size()};
    }
}

std::vector<std::shared_ptr<detail::LayerState>> StackedRNNCells::inner_states() const {
    std::vector<std::shared_ptr<detail::LayerState>> states;
    for (const auto& cell : cells) states.push_back(detail::LayerState::refreshed(*cell));
    return states;
}

Config StackedRNNCells::get_config() const {
    Config config = base_config();
    Config::List list;
    for (const auto& cell : cells) list.push_back(serialize(*cell));
    config.set("cells", std::move(list));
    return config;
}

std::shared_ptr<Layer> StackedRNNCells::from_config(const Config& config) {
    LayerReader reader(config, "StackedRNNCells");
    std::vector<std::shared_ptr<RNNCell>> cells;
    for (const Config& node : reader.require("cells").as_list())
        cells.push_back(std::dynamic_pointer_cast<RNNCell>(layer_from_config(node)));
    const StackedRNNCellsOptions options{.trainable = reader.flag("trainable", true),
                                         .dtype = reader.policy(),
                                         .name = reader.text("name", {})};
    reader.finish();
    return std::make_shared<StackedRNNCells>(std::move(cells), options);
}

}  // namespace keratin::layers
