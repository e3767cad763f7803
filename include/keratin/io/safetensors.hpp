#pragma once

#include <keratin/io/named_tensors.hpp>

#include <map>
#include <string>

namespace keratin::io {

struct SafetensorsOptions {
    std::map<std::string, std::string> metadata = {};
};

struct SafetensorsLoadOptions {
    /// The tensors lie in a private mapping of the file instead of in copies: loading takes no time and no
    /// memory, whatever is used comes from the disk then, and the mapping goes with the last of them. Who
    /// writes into a tensor writes into a copy. A file that is overwritten in the meantime changes the
    /// tensors, and one that is cut short ends the process with SIGBUS when it is read behind its end;
    /// replacing it, as save_safetensors() does, is safe. BOOLs, and tensors that are not aligned to their
    /// elements, are copied all the same.
    bool map = false;
};

/// Writes tensors by name in the safetensors format: into a temporary file beside `path`, synced, then
/// renamed, so that either the old file or the whole new one is there. Throws ValueError for a name given
/// twice or that is not UTF-8, IoError naming the path and the cause (nothing is left behind then).
KERATIN_EXPORT void save_safetensors(const std::string& path, const NamedTensors& tensors,
                                     const SafetensorsOptions& options = {});
/// Reads a safetensors file, in the order of its header. Every field is checked against the file's size
/// before memory is taken; FormatError names file, offset and reason. Of the format's dtypes F64, F32, F16,
/// BF16, I64, I32, U8 and BOOL are read.
KERATIN_EXPORT NamedTensors load_safetensors(const std::string& path,
                                             const SafetensorsLoadOptions& options = {});
/// What the file says of itself beside the tensors; the same checks, without reading those.
KERATIN_EXPORT std::map<std::string, std::string> load_safetensors_metadata(const std::string& path);

}  // namespace keratin::io
