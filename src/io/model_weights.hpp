#pragma once

#include <keratin/autograd/variable.hpp>
#include <keratin/io/named_tensors.hpp>

#include <string>
#include <vector>

/// The weights of models by their paths, as safetensors, or read from ".npz".
namespace keratin::io {

void save_named_weights(const std::string& path, const std::vector<Variable>& variables);
/// Gives the variables the tensors of the file at `path`. Throws ValueError, beginning with `owner`, when
/// names or shapes are others, unless `skip_mismatch` leaves those alone; nothing has changed then.
void load_named_weights(const NamedTensors& tensors, const std::string& path, const std::string& owner,
                        const std::vector<Variable>& variables, bool skip_mismatch);

}  // namespace keratin::io
