#pragma once

#include <keratin/layers/registry.hpp>

#include <concepts>
#include <memory>
#include <span>
#include <string>
#include <utility>

namespace keratin::detail {

/// A class of this folder's that files may name.
struct BuiltinClass {
    const char* name;
    LayerClass (*layer)();
    std::shared_ptr<Layer> (*from_config)(const Config& config);
};
/// All of them: the list is in layer_classes.cpp.
std::span<const BuiltinClass> layer_classes();

/// Adds a class of keratin's that this part of the library does not know, such as Sequential, to the closed
/// list: `const BuiltinLayer entry = builtin_layer<Sequential>("Sequential", "keras");`
struct BuiltinLayer {
    BuiltinLayer(std::string class_name, std::string module, LayerClass type, LayerFactory factory);
};

/// Says of a class whose objects stand for other layers how to get at these: they are serialized, and kept in
/// functional models, in their place.
struct StandIn {
    explicit StandIn(const LayerClass& type);
};

template <std::derived_from<Layer> L>
BuiltinLayer builtin_layer(std::string class_name, std::string module) {
    return BuiltinLayer(std::move(class_name), std::move(module), LayerClass::of<L>(), L::from_config);
}

}  // namespace keratin::detail
