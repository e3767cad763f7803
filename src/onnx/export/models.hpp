#pragma once

#include "onnx/export/graph.hpp"

#include <keratin/models/model.hpp>

#include <vector>

namespace keratin::onnx {

/// What a model takes: names, shapes with the batch, dtypes.
struct ModelInput {
    std::string name;
    Shape shape;
    DType dtype;
};
/// Throws ValueError for a model that is not built, or is made of code.
std::vector<ModelInput> inputs_of(const Model& model);
std::vector<std::string> output_names_of(const Model& model);

/// The layers of a model, one after the other; those of models inside as well.
std::vector<Value> write_model(GraphWriter& graph, const Model& model, const std::vector<Value>& inputs);

}  // namespace keratin::onnx
