#pragma once

#include <keratin/core/config.hpp>
#include <keratin/layers/layer.hpp>

#include <concepts>
#include <functional>
#include <memory>
#include <string>
#include <typeindex>
#include <utility>

namespace keratin {

/// {"module", "class_name", "config", "registered_name", "build_config"}: a layer as Keras's files hold it;
/// build_config, the input's shape, once it is built. Throws ValueError for a class that is not registered.
KERATIN_EXPORT Config serialize(const Layer& layer);

/// A new layer of such a node, not built. Throws ValueError naming the class when it is neither one of
/// keratin's nor registered: a file never names code to run.
KERATIN_EXPORT std::shared_ptr<Layer> layer_from_config(const Config& node);

using LayerFactory = std::function<std::shared_ptr<Layer>(const Config& config)>;

/// Makes a class of one's own known to serialize(), layer_from_config() and clone(); the factory gets what
/// its get_config() returned (keras.saving.register_keras_serializable). A second time replaces the first.
/// Keras's package may stand before the name, "mine>Residual"; without one it is "Custom>Residual" there.
///     register_layer("Residual", [](const Config& config) {
///         return std::make_shared<Residual>(config["filters"].as_integer());
///     });
KERATIN_EXPORT void register_layer(std::string class_name, LayerFactory factory);

namespace detail {
/// What a graph must know of a class to keep a layer of it.
struct LayerClass {
    std::type_index type;
    std::shared_ptr<Layer> (*copy)(const Layer&);  ///< shares all state with the original

    template <std::derived_from<Layer> L>
    static LayerClass of() {
        return {typeid(L), [](const Layer& layer) -> std::shared_ptr<Layer> {
                    return std::make_shared<L>(static_cast<const L&>(layer));
                }};
    }
};
KERATIN_EXPORT void register_layer_class(const LayerClass& type);
}  // namespace detail

/// Lets layers of a class of one's own stand in functional models.
template <std::derived_from<Layer> L>
void register_layer() {
    detail::register_layer_class(detail::LayerClass::of<L>());
}
/// The same, and all that the other register_layer() does.
template <std::derived_from<Layer> L>
void register_layer(std::string class_name, LayerFactory factory) {
    register_layer<L>();
    register_layer(std::move(class_name), std::move(factory));
}

}  // namespace keratin
