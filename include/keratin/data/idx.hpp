#pragma once

#include <keratin/core/tensor.hpp>
#include <keratin/io/limits.hpp>

#include <string>

namespace keratin::data {

/// An IDX file, gzipped or plain: uint8, int32, float32 or float64 as the file says (int8 and int16 become
/// int32). Every header field is checked before memory is taken. Throws IoError, or FormatError with file,
/// offset and reason.
KERATIN_EXPORT Tensor read_idx(const std::string& path, const io::ReadLimits& limits = {});

}  // namespace keratin::data
