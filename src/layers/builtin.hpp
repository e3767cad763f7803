#pragma once

#include <keratin/layers/registry.hpp>

#include <string>
#include <typeindex>

namespace keratin::detail {

/// Adds a class of keratin's that this part of the library does not know, such as Sequential, to the closed
/// list: `static const BuiltinLayer entry("Sequential", "keras", typeid(Sequential),
/// Sequential::from_config);`
struct BuiltinLayer {
    BuiltinLayer(std::string class_name, std::string module, std::type_index type, LayerFactory factory);
};

}  // namespace keratin::detail
