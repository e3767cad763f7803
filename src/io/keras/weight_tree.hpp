#pragma once

#include <keratin/autograd/variable.hpp>
#include <keratin/models/model.hpp>

#include <set>
#include <string>
#include <utility>
#include <vector>

namespace keratin::io {

/// One object with variables of its own, where Keras has it in a weights file: PATH/vars/0, PATH/vars/1, ...
struct WeightGroup {
    std::string path;  ///< "layers/dense"; empty for the model itself
    std::string name;  ///< the layer's, for messages and as an attribute
    std::vector<Variable> variables;
    const Layer* layer = nullptr;  ///< null for an optimizer
};

/// The objects of a model in the order in which Keras walks them, each once, at the first place where it
/// stands. Sequential and functional models list their layers under "layers", by their classes' names; layers
/// around others have them under Keras's attribute names. Of classes of one's own nobody knows the
/// attributes: the layers inside go by their names where these were given, as if those were the attributes'
/// names in Python, and by their classes' names otherwise. As there, a model has all its layers in the list
/// "layers" as well, and what sorts behind that word is found in it first.
std::vector<WeightGroup> weight_tree(const Model& model);

/// Layers that the walk comes by more than once: parts of several models inside the model.
std::set<const detail::LayerState*> shared_layers(const Model& model);

/// False for what Keras leaves out of its files.
bool is_saved(const Variable& variable);

/// The same of an optimizer: "optimizer", and "optimizer/inner_optimizer" of a LossScaleOptimizer.
std::vector<WeightGroup> optimizer_tree(const optimizers::Optimizer& optimizer);

}  // namespace keratin::io
