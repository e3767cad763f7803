#include "fuzz.hpp"

#include "io/safetensors_header.hpp"

using namespace keratin;

FUZZ(source) {
    const io::SafetensorsHeader header = io::read_safetensors_header(*source);
    for (const auto& entry : header.entries) io::read_safetensors_tensor(*source, entry);
}
