#include <keratin/autograd/variable.hpp>

#include "autograd/recorder.hpp"
#include "autograd/structure.hpp"
#include "autograd/variable_reads.hpp"

#include <ostream>
#include <type_traits>

namespace keratin {

struct Variable::State {
    Tensor value;
    std::string name;
    std::string path;
    bool trainable = true;
    bool autocast = true;
    Function regularizer;
    Function constraint;
};

namespace {

Tensor off_tape(Tensor value) {
    value.set_node({});
    return value;
}

template <class T>
void add_scaled(Tensor& value, const Tensor& delta, T scale) {
    const std::span<T> y = value.mutable_data<T>();
    const std::span<const T> d = delta.data<T>();
    for (size_t i = 0; i < y.size(); ++i)
        if constexpr (std::is_integral_v<T>)  // wraps around, as the ops do
            y[i] = static_cast<T>(static_cast<uint64_t>(y[i]) +
                                  static_cast<uint64_t>(scale) * static_cast<uint64_t>(d[i]));
        else
            y[i] = y[i] + scale * d[i];
}

/// What the variable takes in place of its value, or added to it.
void require_fit(const Tensor& given, const Tensor& value, const char* call, const std::string& path) {
    if (!given.defined())
        fail<ValueError>("{}: {} got an undefined tensor; give one of shape {} ({})", path, call,
                         value.shape(), value.dtype());
    if (given.shape() != value.shape())
        fail<ShapeError>("{}: {} got shape {}, the variable has {}; reshape() the value", path, call,
                         given.shape(), value.shape());
    if (given.dtype() != value.dtype())
        fail<DTypeError>("{}: {} got {}, the variable is {}; cast() the value", path, call, given.dtype(),
                         value.dtype());
}

/// value + sign * delta, in a dtype of numbers.
Tensor moved(Tensor value, const Tensor& delta, int sign, const std::string& path) {
    const char* call = sign > 0 ? "assign_add" : "assign_sub";
    require_fit(delta, value, call, path);
    switch (value.dtype()) {
        case float32:
            add_scaled<float>(value, delta, static_cast<float>(sign));
            break;
        case float64:
            add_scaled<double>(value, delta, sign);
            break;
        case int32:
            add_scaled<int32_t>(value, delta, sign);
            break;
        case int64:
            add_scaled<int64_t>(value, delta, sign);
            break;
        case float16:
        case bfloat16:
            return convert(moved(convert(value, float32), convert(delta, float32), sign, path),
                           value.dtype());
        case uint8:
        case bool_:
            fail<DTypeError>("{}: {} of {} is not possible; use assign(), or a signed or floating dtype",
                             path, call, value.dtype());
    }
    return value;
}

}  // namespace

Variable::Variable() : state_(std::make_shared<State>()) {}

Variable::Variable(Tensor value, VariableOptions options) : Variable() {
    initialize(std::move(value), std::move(options));
}

void Variable::initialize(Tensor value, VariableOptions options) const {
    if (!value.defined())
        fail<ValueError>(
            "Variable {}: the value is an undefined tensor; give it one, for instance by zeros(shape)",
            options.name);
    if (options.name.find('/') != std::string::npos)
        fail<ValueError>("Variable {}: a name must not contain '/'; give it as path", options.name);
    state_->value = off_tape(std::move(value));
    state_->path = options.path.empty() ? options.name : std::move(options.path);
    state_->name = std::move(options.name);
    state_->autocast = options.autocast;
    state_->trainable = options.trainable;
    StructureVersion::changed();
}

Variable::State& Variable::state() const {
    if (!state_->value.defined())
        fail<ValueError>(
            "Variable: it has no value yet; build the layer that it belongs to, or call it once");
    return *state_;
}

const std::string& Variable::name() const {
    return state().name;
}
const std::string& Variable::path() const {
    return state().path;
}
const Shape& Variable::shape() const {
    return state().value.shape();
}
DType Variable::dtype() const {
    return state().value.dtype();
}
bool Variable::built() const {
    return state_->value.defined();
}
bool Variable::trainable() const {
    return state_->trainable;
}
void Variable::set_trainable(bool trainable) const {
    if (state_->trainable == trainable) return;
    state_->trainable = trainable;
    StructureVersion::changed();
}
void Variable::set_path(std::string path) const {
    state_->path = std::move(path);
}
Tensor& Variable::storage() const {
    return state().value;
}

Tensor Variable::value() const {
    const State& state = this->state();
    if (!is_floating(state.value.dtype())) return state.value;
    Recorder& recorder = Recorder::current();
    Tensor value = recorder.read_scope ? recorder.read_scope->pass(*this, state.value) : state.value;
    if (recorder.recording())
        if (const uint64_t leaf = recorder.read_variable(state_.get(), state.trainable))
            value.set_node({recorder.id(), leaf});
    return recorder.read_as && state.autocast ? recorded_convert(value, *recorder.read_as) : value;
}

void Variable::assign(const Tensor& value) const {
    State& state = this->state();
    require_fit(value, state.value, "assign", state.path);
    if (ReadScope::replaying()) return;
    state.value = off_tape(value);
}

void Variable::assign_add(const Tensor& delta) const {
    assign(moved(state().value, delta, +1, state().path));
}
void Variable::assign_sub(const Tensor& delta) const {
    assign(moved(state().value, delta, -1, state().path));
}

const Variable::Function& Variable::regularizer() const {
    return state_->regularizer;
}
void Variable::set_regularizer(Function penalty) const {
    state_->regularizer = std::move(penalty);
    StructureVersion::changed();
}
const Variable::Function& Variable::constraint() const {
    return state_->constraint;
}
void Variable::set_constraint(Function projection) const {
    state_->constraint = std::move(projection);
}

std::string to_string(const Variable& variable) {
    if (!variable.built()) return "<Variable not built>";
    return fmt::format("<Variable path={}, shape={}, dtype={}, value={}>", variable.path(), variable.shape(),
                       variable.dtype(), to_string(variable.storage()));
}

std::ostream& operator<<(std::ostream& out, const Variable& variable) {
    return out << to_string(variable);
}

}  // namespace keratin
