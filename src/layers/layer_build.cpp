#include "autograd/structure.hpp"
#include "layers/call_stack.hpp"
#include "layers/layer_state.hpp"
#include "layers/values_from_file.hpp"

#include <keratin/core/error.hpp>

#include <algorithm>

/// How a layer is built: once, for shapes, and its variables with it.
namespace keratin::detail {

void LayerState::build_once(Layer& layer, std::span<const Shape> shapes, bool by_call) {
    if (built()) return;
    const std::lock_guard building(build_mutex_);
    if (built()) return;
    refreshed(layer);
    BuildTransaction transaction;
    const std::vector<Weight> before = weights_;
    try {
        const Frame frame(*this, false, by_call ? Frame::Kind::build_by_call : Frame::Kind::build);
        if (shapes.size() == 1)
            layer.build(shapes.front());
        else
            layer.build_list({shapes.begin(), shapes.end()});
        refreshed(layer);
    } catch (const Error&) {
        set_weights(before);
        rethrow_named(*this);
    } catch (...) {
        set_weights(before);
        throw;
    }
    {
        const std::lock_guard lock(mutex_);
        input_shapes_.assign(shapes.begin(), shapes.end());
    }
    BuildTransaction::built(shared_from_this());
    transaction.commit();
    built_.store(true, std::memory_order_release);
}

void LayerState::set_weights(std::vector<Weight> weights) {
    const std::lock_guard lock(mutex_);
    StructureVersion::changed();
    weights_ = std::move(weights);
}

void LayerState::reset_built() {
    built_.store(false, std::memory_order_release);
}

void LayerState::unbuild() {
    const std::lock_guard lock(mutex_);
    StructureVersion::changed();
    built_.store(false, std::memory_order_release);
    input_shapes_.clear();
    std::erase_if(weights_, [](const Weight& weight) { return !weight.variable.built(); });
}

Tensor LayerState::first_value(const WeightOptions& options, const std::string& path,
                               const std::string& weight, DType type) const {
    if (ValuesFromFile* file = ValuesFromFile::now())
        return weight == unsaved_weight ? file->zeros_for(path, options.shape, type)
                                        : file->room_for(path, options.shape, type);
    const InitializerHandle initializer =
        options.initializer ? options.initializer : InitializerHandle("glorot_uniform");
    Tensor value = (*initializer)(options.shape, type);
    if (!value.defined() || value.shape() != options.shape || value.dtype() != type)
        fail<ShapeError>("{}: the initializer {} of {} gave {} ({}), asked for {} ({})", name,
                         initializer->class_name(), weight, value.shape(), value.dtype(), options.shape,
                         type);
    return value;
}

void LayerState::make_variable(Variable& slot, const WeightOptions& options, const std::string& weight,
                               DType type) const {
    if (!options.shape.is_static())
        fail<ShapeError>("{}: {} would have shape {}; the input's axes other than the batch must be known",
                         name, weight, options.shape);
    const std::string path = Frame::scope(*this) + weight;
    slot.initialize(first_value(options, path, weight, type), {.name = weight,
                                                               .trainable = options.trainable && trainable(),
                                                               .path = path,
                                                               .autocast = options.autocast});
    BuildTransaction::made(slot);
    slot.set_regularizer({});
    slot.set_constraint({});
    if (const RegularizerHandle penalty = options.regularizer)
        slot.set_regularizer([penalty](const Tensor& x) { return (*penalty)(x); });
    if (const ConstraintHandle projection = options.constraint)
        slot.set_constraint([projection](const Tensor& x) { return (*projection)(x); });
}

void LayerState::add_weight(Variable& slot, const WeightOptions& options) {
    const std::string weight = options.name.empty() ? "variable" : options.name;
    const DType type = options.dtype.value_or(policy.variable_dtype());
    if (!slot.built())
        make_variable(slot, options, weight, type);
    else if (slot.shape() != options.shape || slot.dtype() != type)
        fail<ShapeError>("{}: {} is set to {} ({}), the layer needs {} ({}) for this input", name, weight,
                         slot.shape(), slot.dtype(), options.shape, type);
    const std::lock_guard lock(mutex_);
    const bool known = std::any_of(weights_.begin(), weights_.end(),
                                   [&](const Weight& w) { return w.variable.same_as(slot); });
    if (known) return;
    weights_.push_back({slot, options.trainable});
    StructureVersion::changed();
}

std::optional<Shape> LayerState::input_shape() const {
    const std::lock_guard lock(mutex_);
    return input_shapes_.empty() ? std::nullopt : std::optional(input_shapes_.front());
}

std::vector<Shape> LayerState::input_shapes() const {
    const std::lock_guard lock(mutex_);
    return input_shapes_;
}

}  // namespace keratin::detail
