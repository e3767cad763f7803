#pragma once

#include <keratin/core/config.hpp>
#include <keratin/layers/layer.hpp>

#include <string>
#include <vector>

namespace keratin {

/// The call of a layer as a functional model's config has it.
struct ConfiguredCall {
    std::vector<Config::List> inputs;  ///< [layer, call, output] of each
    CallOptions options;
    std::vector<std::string> masks;  ///< what makes those given by name; here they go with the inputs
};

/// One entry of "inbound_nodes": an object, or with Keras 2 a list of [layer, call, output, kwargs]. Throws
/// ValueError for an argument that keratin does not know.
ConfiguredCall read_call(const Config& node, const Layer& called);

}  // namespace keratin
