#pragma once

#include <keratin/core/tensor.hpp>

#include <map>
#include <string>
#include <utility>
#include <vector>

namespace keratin::io {

using NamedTensors = std::vector<std::pair<std::string, Tensor>>;

struct SafetensorsOptions {
    std::map<std::string, std::string> metadata = {};
};

/// Writes tensors by name in the safetensors format: into a temporary file beside `path`, synced, then
/// renamed, so that either the old file or the whole new one is there. Throws ValueError for a name given
/// twice, IoError naming the path and the cause (nothing is left behind then).
KERATIN_EXPORT void save_safetensors(const std::string& path, const NamedTensors& tensors,
                                     const SafetensorsOptions& options = {});
/// Reads a safetensors file, in the order of its header. Every field is checked against the file's size
/// before memory is taken; FormatError names file, offset and reason.
KERATIN_EXPORT NamedTensors load_safetensors(const std::string& path);

}  // namespace keratin::io
