#pragma once

#include <keratin/io/limits.hpp>
#include <keratin/io/tensor_file.hpp>
#include <keratin/models/model.hpp>

#include <memory>
#include <string>

namespace tool {

/// A file of any of the formats, read.
struct Opened {
    std::string path;
    keratin::io::FileFormat format;
    std::shared_ptr<keratin::Model> model;  ///< null when the file holds tensors only
    keratin::io::NamedTensors tensors;      ///< the model's variables by path, or what the file holds
    /// Why the file's model is not here, or not compiled as it was; "" for nothing of the kind.
    std::string lacks;
    bool is_damaged = false;  ///< that is the file's fault, rather than something that keratin does not know
};

/// Of a file whose model cannot be built, its tensors by the names that they have there. Throws IoError,
/// FormatError or ValueError.
Opened open(const std::string& path, const keratin::io::ReadLimits& limits);

/// Whether the tensors in files of this format have names of their own, such as "layers/dense/vars/0".
bool has_own_names(keratin::io::FileFormat format);

/// The model of a file; ValueError when it holds tensors only, or one that cannot be built.
std::shared_ptr<keratin::Model> open_model(const std::string& path, const keratin::io::ReadLimits& limits);

/// A model's variables by path.
keratin::io::NamedTensors tensors_of(const keratin::Model& model);

}  // namespace tool
