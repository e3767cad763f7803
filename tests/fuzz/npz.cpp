#include "fuzz/fuzz.hpp"

#include "io/npy.hpp"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* bytes, size_t size) {
    return fuzz::try_reading(bytes, size,
                             [](const auto& source) { keratin::io::read_npz(source, fuzz::limits); });
}
