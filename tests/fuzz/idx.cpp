#include "fuzz/fuzz.hpp"

#include "data/idx.hpp"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* bytes, size_t size) {
    return fuzz::try_reading(bytes, size,
                             [](const auto& source) { keratin::data::read_idx(*source, fuzz::limits); });
}
