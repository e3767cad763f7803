#pragma once

#include "io/safetensors_stream.hpp"
#include "models/training_checkpoint.hpp"

namespace keratin::io {

/// A checkpoint as the bytes of a safetensors file with a checksum, and back: a file of its own, or a member
/// of an archive. Reading throws FormatError.
void write_checkpoint(const Sink& sink, const TrainingCheckpoint& checkpoint);
TrainingCheckpoint read_checkpoint(const Source& source);
/// True for the tensors of one, as any reader of the format sees them.
bool is_checkpoint(const NamedTensors& tensors);

}  // namespace keratin::io
