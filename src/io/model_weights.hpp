#pragma once

#include <keratin/autograd/variable.hpp>

#include <string>
#include <vector>

/// The weights of models by their paths, as safetensors.
namespace keratin::io {

void save_named_weights(const std::string& path, const std::vector<Variable>& variables);
/// Throws ValueError, beginning with `owner`, when names or shapes are others, unless `skip_mismatch` leaves
/// those alone; nothing has changed then.
void load_named_weights(const std::string& path, const std::string& owner,
                        const std::vector<Variable>& variables, bool skip_mismatch);

}  // namespace keratin::io
