#pragma once

#include <keratin/core/config.hpp>

#include <string>
#include <vector>

/// Structures of tensors as functional models have them in Keras: one, or lists and dicts of such.
namespace keratin {

/// The [layer, call, output]s in a model's "input_layers" or "output_layers": one, or lists and dicts of
/// such, in the order in which Keras takes them apart. Throws ValueError for what is none.
std::vector<Config> origins_in(const Config& structure);

/// What a dict of outputs calls them, in this order; nothing for other structures.
std::vector<std::string> dict_names_in(const Config& structure);

}  // namespace keratin
