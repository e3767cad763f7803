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
};

/// Throws IoError, FormatError or ValueError.
Opened open(const std::string& path, const keratin::io::ReadLimits& limits);

/// The model of a file; ValueError when it holds tensors only.
std::shared_ptr<keratin::Model> open_model(const std::string& path, const keratin::io::ReadLimits& limits);

/// A model's variables by path.
keratin::io::NamedTensors tensors_of(const keratin::Model& model);

}  // namespace tool
