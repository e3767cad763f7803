#pragma once

#include <keratin/core/config.hpp>

#include <functional>
#include <optional>
#include <string>

namespace keratin::io {

/// Whether the GRU layer of this name has biases of two rows, where its config does not say.
using ResetAfter = std::function<std::optional<bool>(const std::string& layer)>;

/// The node of a model or an optimizer as Keras 3 would write it, from what Keras 1 to 3 wrote: names of
/// arguments that have changed, arguments that are gone and said how to compute and not what, the input's
/// shape within the first layer, a Sequential that is a list.
Config modern_config(const Config& node, const ResetAfter& reset_after = {});

}  // namespace keratin::io
