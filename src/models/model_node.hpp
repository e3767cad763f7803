#pragma once

#include <keratin/core/config.hpp>
#include <keratin/models/model.hpp>

#include <memory>

namespace keratin::detail {

/// The model of a node that serialize() gave, built if that was; not compiled. Throws ValueError, beginning
/// with `owner`, for a layer that is no model.
std::shared_ptr<Model> model_of_node(const Config& node, const char* owner);

}  // namespace keratin::detail
