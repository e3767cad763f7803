#include <keratin/layers/bidirectional.hpp>

#include "layers/config.hpp"
#include "layers/layer_state.hpp"

#include <keratin/core/error.hpp>
#include <keratin/layers/registry.hpp>
#include <keratin/ops/elementwise.hpp>
#include <keratin/ops/shaping.hpp>

namespace keratin::layers {
namespace {

/// A layer of the same config under "<prefix><name>".
std::shared_ptr<RNN> renamed(const RNN& layer, std::string_view prefix, bool turned) {
    Config node = serialize(layer);
    Config config = node["config"];
    const std::string& name = layer.name();
    config.set("name", name.starts_with(prefix) ? name : std::string(prefix) + name);
    if (turned) config.set("go_backwards", !layer.loop.go_backwards);
    node.set("config", config);
    return std::dynamic_pointer_cast<RNN>(layer_from_config(node));
}

void check_pair(const RNN& forward, const RNN& backward, const std::string& name) {
    if (forward.loop.go_backwards == backward.loop.go_backwards)
        fail<ValueError>("{}: its layers {} and {} both go {}; one must have go_backwards = true", name,
                         forward.name(), backward.name(),
                         forward.loop.go_backwards ? "backwards" : "forwards");
    if (forward.loop.return_sequences != backward.loop.return_sequences ||
        forward.loop.return_state != backward.loop.return_state ||
        forward.loop.stateful != backward.loop.stateful)
        fail<ValueError>(
            "{}: its layers {} and {} differ in return_sequences, return_state or stateful; give both the "
            "same",
            name, forward.name(), backward.name());
}

/// The inputs with the states of one direction.
/// The input, and the half of the states that belongs to one direction.
template <class T>
std::vector<T> inputs_of(const std::vector<T>& inputs, bool backward, const std::string& name) {
    if (inputs.empty()) fail<ValueError>("{}: it got no inputs; give it a list of tensors", name);
    if (inputs.size() % 2 == 0)
        fail<ValueError>("{}: it got {} initial states; give as many for both directions", name,
                         inputs.size() - 1);
    const auto half = static_cast<std::ptrdiff_t>((inputs.size() - 1) / 2);
    const auto first = inputs.begin() + 1 + (backward ? half : 0);
    std::vector<T> result = {inputs.front()};
    result.insert(result.end(), first, first + half);
    return result;
}

std::vector<Tensor> joined(const Tensor& y, const Tensor& turned, const MergeMode& mode) {
    if (mode.is("concat")) return {concat({y, turned}, -1)};
    if (mode.is("sum")) return {y + turned};
    if (mode.is("ave")) return {(y + turned) / 2};
    if (mode.is("mul")) return {y * turned};
    return {y, turned};
}

}  // namespace

Bidirectional::Bidirectional(const RNN& layer, BidirectionalOptions given)
    : ListLayer(layer_options(given), "Bidirectional"),
      options(std::move(given)),
      forward_layer(renamed(layer, "forward_", false)),
      backward_layer(options.backward_layer ? options.backward_layer : renamed(layer, "backward_", true)) {
    check_pair(*forward_layer, *backward_layer, name());
    // What the mask leaves out must not count twice in a sum of the two.
    for (const auto& one : {forward_layer, backward_layer})
        one->loop.zero_output_for_mask = one->loop.return_sequences;
}

void Bidirectional::build_list_variables(const std::vector<Shape>& input_shapes) {
    forward_layer->build_list(inputs_of(input_shapes, false, name()));
    backward_layer->build_list(inputs_of(input_shapes, true, name()));
}

std::vector<std::shared_ptr<detail::LayerState>> Bidirectional::inner_states() const {
    return {detail::LayerState::refreshed(*forward_layer), detail::LayerState::refreshed(*backward_layer)};
}

std::vector<Tensor> Bidirectional::call_list(const std::vector<Tensor>& inputs) {
    CallOptions how;
    if (call_flag("mask")) how.arguments.set("mask", true);
    const std::vector<Tensor> forward = forward_layer->apply(inputs_of(inputs, false, name()), how);
    const std::vector<Tensor> backward = backward_layer->apply(inputs_of(inputs, true, name()), how);
    const Tensor& y = forward.front();
    const Tensor turned = forward_layer->loop.return_sequences
                              ? slice(backward.front(), {{}, {Slice::end, Slice::end, -1}})
                              : backward.front();
    std::vector<Tensor> outputs = joined(y, turned, options.merge_mode);
    outputs.insert(outputs.end(), forward.begin() + 1, forward.end());
    outputs.insert(outputs.end(), backward.begin() + 1, backward.end());
    return outputs;
}

std::vector<Shape> Bidirectional::compute_output_shapes(const std::vector<Shape>& inputs) const {
    const std::vector<Shape> forward = forward_layer->compute_output_shapes(inputs_of(inputs, false, name()));
    const std::vector<Shape> backward =
        backward_layer->compute_output_shapes(inputs_of(inputs, true, name()));
    const Shape& y = forward.front();
    std::vector<Shape> shapes = {y};
    if (options.merge_mode.is("concat")) shapes = {y.with(-1, y.back() + backward.front().back())};
    if (options.merge_mode.is("none")) shapes.push_back(backward.front());
    shapes.insert(shapes.end(), forward.begin() + 1, forward.end());
    shapes.insert(shapes.end(), backward.begin() + 1, backward.end());
    return shapes;
}

std::vector<Tensor> Bidirectional::compute_mask(const std::vector<Tensor>& inputs,
                                                const std::vector<Tensor>&) const {
    const Tensor mask = forward_layer->loop.return_sequences ? inputs.front().mask() : Tensor();
    if (options.merge_mode.is("none")) return {mask, mask};
    return {mask};
}

Config Bidirectional::get_config() const {
    Config config = base_config();
    const MergeMode& mode = options.merge_mode;
    config.set("merge_mode", mode.is("none") ? Config() : Config(mode.text()));
    config.set("layer", serialize(*forward_layer));
    config.set("backward_layer", serialize(*backward_layer));
    return config;
}

std::shared_ptr<Layer> Bidirectional::from_config(const Config& config) {
    LayerReader reader(config, "Bidirectional");
    const auto layer_at = [&](const Config& node) {
        auto layer = std::dynamic_pointer_cast<RNN>(layer_from_config(node));
        if (!layer)
            fail<ValueError>("Bidirectional: its config has a {}, which is no recurrent layer",
                             node["class_name"].to_json());
        return layer;
    };
    const auto forward = layer_at(reader.require("layer"));
    auto options = reader.options<BidirectionalOptions>();
    if (const Config* backward = reader.find("backward_layer")) options.backward_layer = layer_at(*backward);
    if (const Config* mode = config.find("merge_mode"); mode && mode->is_null())
        options.merge_mode = "none";
    else
        options.merge_mode = reader.word<MergeMode>("merge_mode", "concat");
    reader.finish();
    return std::make_shared<Bidirectional>(*forward, std::move(options));
}

}  // namespace keratin::layers
