#pragma once

#include <keratin/core/config.hpp>
#include <keratin/layers/layer.hpp>

#include <optional>
#include <string>
#include <vector>

namespace keratin {

/// The call of a layer as a functional model's config has it.
struct ConfiguredCall {
    /// A mask among the arguments, where keratin's tensors carry theirs.
    struct Mask {
        std::string argument;
        std::optional<size_t> input;  ///< whose mask it is; of a class that is not known here, one of them
        Config::List origin;          ///< as an input's
    };

    std::vector<Config::List> inputs;  ///< [layer, call, output] of each, in the order of call_list()
    CallOptions options;
    std::vector<Mask> masks;
};

/// One entry of "inbound_nodes": an object, or with Keras 2 a list of [layer, call, output, kwargs]. Throws
/// ValueError for an argument that keratin does not know, so that none is passed over in silence.
ConfiguredCall read_call(const Config& node, const Layer& called);

}  // namespace keratin
