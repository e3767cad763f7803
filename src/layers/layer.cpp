#include <keratin/layers/layer.hpp>

#include "core/type_name.hpp"
#include "layers/call_stack.hpp"
#include "layers/config.hpp"
#include "layers/input_spec.hpp"
#include "layers/layer_state.hpp"

#include <keratin/core/error.hpp>
#include <keratin/layers/registry.hpp>
#include <keratin/ops/reduce.hpp>

#include <algorithm>
#include <ostream>

namespace keratin {
namespace {

using detail::Frame;
using detail::LayerState;

}  // namespace

TrainableFlag& TrainableFlag::operator=(bool trainable) {
    state_->set_trainable(trainable);
    return *this;
}

TrainableFlag::operator bool() const {
    return state_->trainable();
}

Layer::Layer() : Layer(LayerOptions{}) {}

Layer::Layer(LayerOptions options, std::string_view class_name)
    : trainable(nullptr), state_(std::make_shared<LayerState>(std::move(options), class_name)) {
    trainable.state_ = state_;
    state_->enroll(*this);
}

Layer::Layer(const Layer& other)
    : std::enable_shared_from_this<Layer>(other), trainable(other.trainable), state_(other.state_) {
    state_->enroll(*this);
}

Layer::~Layer() {
    state_->leave(*this);
}

Layer& Layer::operator=(const Layer& other) {
    other.state_->enroll(*this);
    state_->leave(*this);
    state_ = other.state_;
    trainable.state_ = other.state_;
    return *this;
}

const std::string& Layer::name() const {
    return state_->ensure_name(*this);
}

std::string Layer::class_name() const {
    return state_->class_name.empty() ? plain_name(typeid(*this)) : state_->class_name;
}

DType Layer::dtype() const {
    return state_->policy.variable_dtype();
}

DType Layer::compute_dtype() const {
    return state_->policy.compute_dtype();
}

const DTypePolicy& Layer::dtype_policy() const {
    return state_->policy;
}

bool Layer::built() const {
    return state_->built();
}

const std::vector<InputSpec>& Layer::input_spec() const {
    return state_->input_spec;
}

void Layer::set_input_spec(InputSpec spec) {
    set_input_specs({std::move(spec)});
}

void Layer::set_input_specs(std::vector<InputSpec> specs) {
    for (const InputSpec& spec : specs)
        detail::check_spec(spec, state_->name.empty() ? "InputSpec" : state_->name);
    state_->input_spec = std::move(specs);
}

std::vector<Variable> Layer::variables() const {
    return LayerState::refreshed(*this)->all_variables();
}

std::vector<Variable> Layer::trainable_variables() const {
    if (!trainable) return {};
    std::vector<Variable> result = variables();
    std::erase_if(result, [](const Variable& variable) { return !variable.trainable(); });
    return result;
}

std::vector<Variable> Layer::non_trainable_variables() const {
    std::vector<Variable> result = variables();
    if (trainable) std::erase_if(result, [](const Variable& variable) { return variable.trainable(); });
    return result;
}

int64_t Layer::count_params() const {
    if (!built())
        fail<ValueError>("{}: count_params needs a built layer; call it once, or build() it with a shape",
                         name());
    int64_t count = 0;
    for (const Variable& variable : variables()) count += variable.shape().size();
    return count;
}

std::vector<Tensor> Layer::get_weights() const {
    std::vector<Tensor> weights;
    for (const Variable& variable : variables()) weights.push_back(variable.storage());
    return weights;
}

void Layer::set_weights(const std::vector<Tensor>& weights) {
    const std::vector<Variable> all = variables();
    if (weights.size() != all.size())
        fail<ValueError>("{}: set_weights got {} tensors, the layer has {} variables; {}", name(),
                         weights.size(), all.size(),
                         built() ? "give one for each of variables()" : "build() it first");
    for (size_t i = 0; i < all.size(); ++i) {
        if (!weights[i].defined())
            fail<ValueError>("{}: set_weights got an undefined tensor for {}; give one of shape {}", name(),
                             all[i].path(), all[i].shape());
        if (weights[i].shape() != all[i].shape())
            fail<ShapeError>("{}: set_weights got shape {} for {}, which has {}; give that", name(),
                             weights[i].shape(), all[i].path(), all[i].shape());
    }
    for (size_t i = 0; i < all.size(); ++i) all[i].assign(convert(weights[i], all[i].dtype()));
}

std::vector<Tensor> Layer::losses() const {
    std::vector<Tensor> penalties;
    for (const Variable& variable : trainable_variables())
        if (variable.regularizer()) penalties.push_back(variable.regularizer()(variable.value()));
    return penalties;
}

Config Layer::get_config() const {
    fail<ValueError>(
        "{}: {} has no get_config(); override it to return base_config() plus the constructor's arguments, "
        "and make the class known with register_layer(\"{}\", factory)",
        name(), class_name(), class_name());
}

std::shared_ptr<Layer> Layer::clone() const {
    return layer_from_config(serialize(*this));
}

void Layer::own_variables(std::vector<Variable>& list) const {
    state_->own_variables(list);
}

std::vector<std::shared_ptr<detail::LayerState>> Layer::inner_states() const {
    state_->set_finds_inner();
    return state_->inner();
}

void Layer::add_weight(Variable& slot, const WeightOptions& options) const {
    state_->ensure_name(*this);
    state_->add_weight(slot, options);
}

void Layer::add_loss(const Tensor& loss) const {
    if (!Frame::is_in(*state_))
        fail<ValueError>("{}: add_loss was called outside of the layer's call(); call it there", name());
    if (!loss.defined() || !is_floating(loss.dtype()))
        fail<ValueError>("{}: add_loss got {}; give it a tensor of floating numbers", name(),
                         loss.defined() ? fmt::format("{} of shape {}", loss.dtype(), loss.shape())
                                        : "an undefined tensor");
    if (detail::ActivityLosses::wanted())
        detail::ActivityLosses::add(loss.rank() == 0 ? loss : reduce_sum(loss));
}

bool Layer::training() {
    return Frame::training();
}

bool Layer::call_flag(std::string_view argument) {
    const Config* arguments = Frame::top() ? Frame::top()->arguments() : nullptr;
    const Config* value = arguments && arguments->is_object() ? arguments->find(argument) : nullptr;
    return value && !value->is_null() && value->as_bool();
}

Config Layer::base_config() const {
    Config config = Config::object({{"name", name()},
                                    {"trainable", static_cast<bool>(trainable)},
                                    {"dtype", dtype_config(dtype_policy())}});
    if (state_->activity_regularizer)
        config.set("activity_regularizer", state_->activity_regularizer->serialize());
    return config;
}

LayerOptions Layer::base_options(const Config& config) {
    LayerReader reader(config, "Layer");
    return reader.options<LayerOptions>();
}

std::string to_string(const Layer& layer) {
    return fmt::format("<{} name={}, built={}>", layer.class_name(), layer.name(),
                       layer.built() ? "True" : "False");
}

std::ostream& operator<<(std::ostream& out, const Layer& layer) {
    return out << to_string(layer);
}

}  // namespace keratin
