#include "fuzz/fuzz.hpp"

#include "io/safetensors_header.hpp"

using namespace keratin;

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* bytes, size_t size) {
    return fuzz::try_reading(bytes, size, [](const auto& source) {
        const io::SafetensorsHeader header = io::read_safetensors_header(*source);
        for (const auto& entry : header.entries) io::read_safetensors_tensor(*source, entry);
    });
}
