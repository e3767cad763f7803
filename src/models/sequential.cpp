#include <keratin/models/sequential.hpp>

#include "layers/builtin.hpp"
#include "layers/call_stack.hpp"
#include "layers/fused_next.hpp"
#include "layers/layer_state.hpp"

#include <keratin/core/error.hpp>
#include <keratin/layers/input_layer.hpp>
#include <keratin/layers/registry.hpp>

#include <algorithm>
#include <map>
#include <optional>
#include <unordered_set>

namespace keratin {

struct Sequential::Stack {
    std::vector<std::shared_ptr<Layer>> layers;
    std::shared_ptr<layers::InputLayer> input;  ///< not among layers(), as in Keras
    /// Layers that were made for the constructor, with automatic names, those of models inside included.
    std::vector<std::shared_ptr<detail::LayerState>> numbered;
};

namespace {

const detail::BuiltinLayer entry = detail::builtin_layer<Sequential>("Sequential", "keras");

/// The models that from_config() is making, one within the other. They are built from without, so that the
/// variables get the paths that they had.
class Restoring {
public:
    Restoring() : outer_(current_) { current_ = this; }
    ~Restoring() { current_ = outer_; }
    Restoring(const Restoring&) = delete;
    Restoring& operator=(const Restoring&) = delete;

    void build_later(std::shared_ptr<Sequential> model, const Shape& shape) {
        waiting_.emplace_back(std::move(model), shape);
    }
    void finish() {
        if (outer_) {
            outer_->waiting_.insert(outer_->waiting_.end(), waiting_.begin(), waiting_.end());
            return;
        }
        std::reverse(waiting_.begin(), waiting_.end());  // the outermost came last
        for (const auto& [model, shape] : waiting_)
            if (!model->built() && !model->layers().empty()) model->build(shape);
    }

private:
    static thread_local Restoring* current_;
    Restoring* outer_;
    std::vector<std::pair<std::shared_ptr<Sequential>, Shape>> waiting_;
};

thread_local Restoring* Restoring::current_ = nullptr;

}  // namespace

Sequential::Sequential() : Sequential(LayerOptions{}) {}

Sequential::Sequential(LayerOptions options)
    : Model(std::move(options), "Sequential"), stack_(std::make_shared<Stack>()) {}

void Sequential::number(std::initializer_list<const Layer*> arguments) {
    std::vector<std::shared_ptr<detail::LayerState>>& fresh = stack_->numbered;
    for (const Layer* layer : arguments) {
        if (!layer || layer->built()) continue;
        const auto& state = detail::LayerState::of(*layer);
        // The layer itself and its trainable flag: nobody else has it.
        if (state.use_count() != 2) continue;
        if (const auto* nested = dynamic_cast<const Sequential*>(layer))
            fresh.insert(fresh.end(), nested->stack_->numbered.begin(), nested->stack_->numbered.end());
        if (state->numbered) fresh.push_back(state);
    }
    std::map<std::string, std::vector<std::string>> names;  // by class
    for (const auto& state : fresh) names[state->class_name].push_back(state->name);
    for (auto& [class_name, list] : names)
        std::sort(list.begin(), list.end(), [](const std::string& a, const std::string& b) {
            return a.size() != b.size() ? a.size() < b.size() : a < b;
        });
    std::map<std::string, size_t> given;
    for (const auto& state : fresh) state->name = names[state->class_name][given[state->class_name]++];
}

bool Sequential::holds(const Stack& stack) const {
    return stack_.get() == &stack ||
           std::any_of(stack_->layers.begin(), stack_->layers.end(), [&](const auto& layer) {
               const auto* nested = dynamic_cast<const Sequential*>(layer.get());
               return nested && nested->holds(stack);
           });
}

Sequential& Sequential::add(std::shared_ptr<Layer> layer) {
    if (!layer) fail<ValueError>("{}: add got no layer", name());
    if (detail::Frame::is_in(*detail::LayerState::of(*this)))
        fail<ValueError>("{}: add was called by one of the model's layers while it runs", name());
    if (const auto* nested = dynamic_cast<const Sequential*>(layer.get()); nested && nested->holds(*stack_))
        fail<ValueError>("{}: add got {}, of which this model is a part", name(), nested->name());
    if (auto input = std::dynamic_pointer_cast<layers::InputLayer>(layer)) {
        if (stack_->input || !stack_->layers.empty())
            fail<ValueError>("{}: an InputLayer must come first; the model has {} layers already", name(),
                             stack_->layers.size() + (stack_->input ? 1 : 0));
        stack_->input = std::move(input);
        return *this;
    }
    for (const auto& other : stack_->layers)
        if (other->name() == layer->name()) name_is_taken(*layer);
    const bool was_built = built();
    stack_->layers.push_back(std::move(layer));
    try {
        rebuild();
    } catch (...) {
        stack_->layers.pop_back();
        if (was_built) build(*input_shape());
        throw;
    }
    detail::LayerState::refreshed(*this);
    return *this;
}

void Sequential::name_is_taken(const Layer& layer) const {
    fail<ValueError>("{}: a layer is called \"{}\" already; names must be unique, pass another .name", name(),
                     layer.name());
}

void Sequential::pop() {
    if (stack_->layers.empty()) fail<ValueError>("{}: pop found no layer", name());
    stack_->layers.pop_back();
    rebuild();
    detail::LayerState::refreshed(*this);
}

void Sequential::rebuild() {
    if (built() || stack_->input) {
        const std::optional<Shape> input = input_shape();
        detail::LayerState::of(*this)->reset_built();
        if (input && !stack_->layers.empty()) build(*input);
    }
}

void Sequential::check_input(const Shape& shape) const {
    if (!stack_->input) return;
    // The last batch of the data may be smaller than the InputLayer says.
    const bool batch_given = shape.rank() > 0 && stack_->input->shape()[0] != Shape::unknown;
    stack_->input->compute_output_shape(batch_given ? shape.with(0, Shape::unknown) : shape);
}

std::optional<Shape> Sequential::input_shape() const {
    if (stack_->input) return stack_->input->shape();
    return detail::LayerState::of(*this)->input_shape();
}

void Sequential::build_variables(const Shape& input_shape) {
    if (stack_->layers.empty())
        fail<ValueError>("{}: it has no layers; add() some before building or calling it", name());
    check_input(input_shape);
    Shape shape = input_shape;
    for (const auto& layer : stack_->layers) {
        layer->build(shape);
        shape = layer->compute_output_shape(shape);
    }
}

Tensor Sequential::call(const Tensor& x) {
    if (stack_->layers.empty())
        fail<ValueError>("{}: it has no layers; add() some before calling it", name());
    check_input(x.shape());
    const bool skip_last = logits_wanted() != 0;
    Tensor y = x;
    for (size_t i = 0; i + 1 < stack_->layers.size(); ++i) {
        const bool inner = i + 2 < stack_->layers.size();
        bool both = false;
        y = layers::call_along(*stack_->layers[i], inner ? stack_->layers[i + 1].get() : nullptr, y, {},
                               both);
        if (both) ++i;
    }
    const Layer& last = *stack_->layers.back();
    return skip_last ? call_without_activation(last, y) : last(y);
}

Shape Sequential::compute_output_shape(const Shape& input) const {
    Shape shape = input;
    for (const auto& layer : stack_->layers) shape = layer->compute_output_shape(shape);
    return shape;
}

DType Sequential::compute_output_dtype(const std::vector<DType>& inputs) const {
    if (inputs.empty()) return dtype();
    DType type = is_floating(inputs.front()) ? dtype() : inputs.front();  // floating inputs are cast
    for (const auto& layer : stack_->layers) type = layer->compute_output_dtype({type});
    return type;
}

std::vector<LayerReference> Sequential::layers() const {
    return {stack_->layers.begin(), stack_->layers.end()};
}

std::vector<std::shared_ptr<detail::LayerState>> Sequential::inner_states() const {
    std::vector<std::shared_ptr<detail::LayerState>> states;
    for (const auto& layer : stack_->layers) states.push_back(detail::LayerState::refreshed(*layer));
    return states;
}

std::string_view Sequential::final_activation(size_t) const {
    return stack_->layers.empty() ? std::string_view() : activation_behind(*stack_->layers.back());
}

std::vector<std::vector<Shape>> Sequential::output_shapes_of_layers() const {
    std::vector<std::vector<Shape>> shapes(stack_->layers.size());
    const std::optional<Shape> input = input_shape();
    if (!input) return shapes;
    // The batch is shown as None, whatever the model was built with.
    Shape shape = input->rank() ? input->with(0, Shape::unknown) : *input;
    for (size_t i = 0; i < shapes.size(); ++i)
        shapes[i] = {shape = stack_->layers[i]->compute_output_shape(shape)};
    return shapes;
}

Config Sequential::get_config() const {
    Config config = base_config();
    Config::List list;
    if (stack_->input) list.push_back(serialize(*stack_->input));
    for (const auto& layer : stack_->layers) list.push_back(serialize(*layer));
    config.set("layers", std::move(list));
    if (const std::optional<Shape> input = input_shape()) config.set("build_input_shape", *input);
    return config;
}

std::shared_ptr<Layer> Sequential::from_config(const Config& config) {
    Restoring restoring;
    auto model = std::make_shared<Sequential>(base_options(config));
    std::unordered_set<std::string> names;
    for (const Config& node : config["layers"].as_list()) {
        std::shared_ptr<Layer> layer = layer_from_config(node);
        if (dynamic_cast<const layers::InputLayer*>(layer.get())) {
            model->add(std::move(layer));
            continue;
        }
        if (!names.insert(layer->name()).second) model->name_is_taken(*layer);
        model->stack_->layers.push_back(std::move(layer));
    }
    model->rebuild();
    detail::LayerState::refreshed(*model);
    if (const Config* input = config.find("build_input_shape"); input && !input->is_null())
        restoring.build_later(model, input->as_shape());
    restoring.finish();
    return model;
}

}  // namespace keratin
