#pragma once

#include "io/source.hpp"

#include <keratin/io/safetensors.hpp>

#include <cstddef>
#include <functional>

namespace keratin::io {

using Sink = std::function<void(const void* data, size_t bytes)>;

/// save_safetensors() into anything; with a checksum, which is a last tensor "crc32" of all bytes before it.
void write_safetensors(const Sink& sink, const NamedTensors& tensors, const SafetensorsOptions& options = {},
                       bool checksum = false);
/// load_safetensors() from anything; with a checksum, which must be there and agree.
NamedTensors read_safetensors(const Source& source, bool checksum = false);

}  // namespace keratin::io
