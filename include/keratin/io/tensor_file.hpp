#pragma once

#include <keratin/core/export.hpp>
#include <keratin/io/limits.hpp>
#include <keratin/io/named_tensors.hpp>

#include <map>
#include <string>
#include <string_view>

/// Files of tensors by name, whatever their format.
namespace keratin::io {

enum class FileFormat {
    keras,       ///< a model of Keras 3: a ZIP archive, or a folder
    h5_model,    ///< a model of Keras 1 to 3 in HDF5
    h5_weights,  ///< weights of a model in HDF5
    h5_shards,   ///< an index of such weights in several files
    safetensors,
    npz,
    npy,
    onnx
};
KERATIN_EXPORT std::string_view name(FileFormat format);  ///< "keras", "h5_model", ...

/// What a file is, by its first bytes rather than its name; ONNX and the index of shards, which have no mark,
/// by the name's end, ".onnx" in any letters and ".weights.json". Throws IoError, or FormatError for none of
/// these.
KERATIN_EXPORT FileFormat file_format(const std::string& path);

/// The tensors of a file, in its order; of HDF5, also within ".keras", all datasets by their paths, such as
/// "layers/conv2d/vars/0", one that several links lead to under each name. An ".npy" file's one tensor is
/// called as the file is. Throws IoError, FormatError, and ValueError for ONNX, which the component of that
/// name reads.
KERATIN_EXPORT NamedTensors load_tensors(const std::string& path, const ReadLimits& limits = {});
/// Writes the format that the path ends in: ".safetensors", ".npz", ".npy" for one tensor, or ".h5": plain
/// datasets by these names, which no model is read from unless Keras would name its weights so. Throws
/// ValueError for another end and for names that the format cannot hold.
KERATIN_EXPORT void save_tensors(const std::string& path, const NamedTensors& tensors);

/// What a file says of itself beside its tensors: "keras_version", a safetensors file's metadata.
KERATIN_EXPORT std::map<std::string, std::string> load_metadata(const std::string& path,
                                                                const ReadLimits& limits = {});

}  // namespace keratin::io
