#pragma once

#include <keratin/core/export.hpp>
#include <keratin/models/model.hpp>

#include <memory>
#include <string_view>

namespace keratin {

/// A model of the same layers with new weights (keras.models.clone_model): built if the model is, and
/// compiled alike if it is, with an optimizer of its own. Throws ValueError for a class of one's own that
/// serialize() does not know.
KERATIN_EXPORT std::shared_ptr<Model> clone_model(const Model& model);

/// The model of which Model::to_json() wrote, with new weights, built and compiled if that was
/// (keras.models.model_from_json). Throws FormatError for what is not JSON, ValueError for what is no model
/// or names a class that is not registered.
KERATIN_EXPORT std::shared_ptr<Model> model_from_json(std::string_view json);

}  // namespace keratin
