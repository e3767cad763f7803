#pragma once

#include <keratin/core/config.hpp>
#include <keratin/layers/layer.hpp>

#include <functional>
#include <memory>
#include <string>

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
///
///     register_layer("Residual", [](const Config& config) {
///         return std::make_shared<Residual>(config["filters"].as_integer());
///     });
KERATIN_EXPORT void register_layer(std::string class_name, LayerFactory factory);

}  // namespace keratin
