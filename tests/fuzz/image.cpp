#include "fuzz/fuzz.hpp"

#include "io/picture.hpp"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* bytes, size_t size) {
    return fuzz::try_reading(bytes, size, [](const auto& source) {
        for (const int channels : {0, 1, 4}) keratin::io::read_picture(*source, channels);
    });
}
