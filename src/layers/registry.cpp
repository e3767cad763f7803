#include <keratin/layers/registry.hpp>

#include "core/registered.hpp"
#include "core/registry.hpp"
#include "layers/build_config.hpp"
#include "layers/builtin.hpp"
#include "layers/layer_state.hpp"
#include "layers/operations/plan.hpp"
#include "layers/shared_layer.hpp"
#include "layers/shared_objects.hpp"

#include <keratin/layers/operation.hpp>

#include <map>
#include <typeindex>
#include <typeinfo>

namespace keratin {
namespace {

struct LayerRegistry {
    Registry<Layer> classes{"layer", "keras.layers", "register_layer()", {}};
    std::mutex mutex;
    std::map<std::string, std::type_index> types;  ///< of keratin's classes
    std::map<std::type_index, std::shared_ptr<Layer> (*)(const Layer&)> copies;
    std::map<std::type_index, std::shared_ptr<Layer> (*)(const Layer&)> stand_ins;

    LayerRegistry() {
        for (const detail::BuiltinClass& one : detail::layer_classes())
            add(one.name, {}, one.layer(), one.from_config);
        // Goes by its function's name, which layers have as well: nodes of its own module say which is meant.
        const auto operation = detail::LayerClass::of<layers::Operation>();
        copies.emplace(operation.type, operation.copy);
    }

    void add(std::string name, std::string module, detail::LayerClass layer, LayerFactory factory) {
        {
            const std::lock_guard lock(mutex);
            types.emplace(name, layer.type);
            copies.emplace(layer.type, layer.copy);
        }
        classes.add_builtin({std::move(name), {}, std::move(factory), std::move(module)});
    }
    /// What a layer stands for, such as the model in a LoadedModel; null for itself.
    std::shared_ptr<Layer> behind(const Layer& layer) {
        const std::lock_guard lock(mutex);
        const auto found = stand_ins.find(typeid(layer));
        return found == stand_ins.end() ? nullptr : found->second(layer);
    }
    /// A class derived from one of keratin's that goes under its name would come back as the base.
    bool is_other_class(const Layer& layer, const std::string& class_name) {
        const std::lock_guard lock(mutex);
        const auto type = types.find(class_name);
        return type != types.end() && type->second != typeid(layer);
    }
};

LayerRegistry& registry() {
    static LayerRegistry all;
    return all;
}

}  // namespace

namespace detail {
std::vector<std::string> registered_layers() {
    return registry().classes.builtin_names();
}

BuiltinLayer::BuiltinLayer(std::string class_name, std::string module, LayerClass type,
                           LayerFactory factory) {
    registry().add(std::move(class_name), std::move(module), type, std::move(factory));
}

StandIn::StandIn(const LayerClass& type) {
    const std::lock_guard lock(registry().mutex);
    registry().copies.emplace(type.type, type.copy);
    registry().stand_ins.emplace(type.type, type.copy);
}

void register_layer_class(const LayerClass& type) {
    const std::lock_guard lock(registry().mutex);
    registry().copies.emplace(type.type, type.copy);
}

std::shared_ptr<Layer> shared_layer(const Layer& layer) {
    if (const std::shared_ptr<const Layer> held = layer.weak_from_this().lock())
        return std::const_pointer_cast<Layer>(held);
    const std::lock_guard lock(registry().mutex);
    const auto copy = registry().copies.find(typeid(layer));
    if (copy == registry().copies.end())
        fail<ValueError>(
            "{}: a functional model keeps its layers, and does not know how to copy a {}; call "
            "register_layer<{}>() once, or make the layer by std::make_shared",
            layer.name(), layer.class_name(), layer.class_name());
    return copy->second(layer);
}
}  // namespace detail

Config serialize(const Layer& layer) {
    if (const std::shared_ptr<Layer> real = registry().behind(layer)) return serialize(*real);
    if (const auto* operation = dynamic_cast<const layers::Operation*>(&layer))
        return operations::node_of(*operation);
    const std::string class_name = layer.class_name();
    if (registry().is_other_class(layer, class_name))
        fail<ValueError>(
            "{}: its class derives from {} and goes under that name; override class_name() and get_config(), "
            "and make it known with register_layer()",
            layer.name(), class_name);
    if (!registry().classes.has(class_name))
        fail<ValueError>(
            "{}: no layer class is registered as \"{}\"; make it known with register_layer(\"{}\", factory)",
            layer.name(), class_name, class_name);
    Config node = registry().classes.serialize(class_name, layer.get_config());
    const auto state = detail::LayerState::of(layer);
    detail::SharedObjects::mark(node, state.get());
    if (class_name == "InputLayer") return node;  // holds its shape itself
    const std::vector<Shape> shapes = state->input_shapes();
    if (state->built() && !shapes.empty()) node.set("build_config", build_config(layer, shapes));
    return node;
}

std::shared_ptr<Layer> layer_from_config(const Config& node) {
    if (operations::is_operation(node)) return operations::operation_of(node);
    std::shared_ptr<Layer> layer =
        detail::SharedObjects::once(node, [&] { return registry().classes.from_config(node); });
    if (!layer)
        fail<ValueError>("layer_from_config: the node, or what its class's factory made of it, is null");
    return layer;
}

void register_layer(std::string class_name, LayerFactory factory) {
    registry().classes.add(std::move(class_name), std::move(factory));
}

}  // namespace keratin
