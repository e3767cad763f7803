#pragma once

#include "io/source.hpp"

#include <keratin/io/tensor_file.hpp>

#include <optional>

namespace keratin::io {

/// The format of a file that is neither a ZIP archive nor HDF5; nothing when it is none of them.
std::optional<FileFormat> format_of_plain(const Source& file);

}  // namespace keratin::io
