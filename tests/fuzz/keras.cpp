#include "fuzz/fuzz.hpp"

#include <keratin/io/saving.hpp>

/// Models as Keras and keratin save them. Seeds are the files in tests/golden/files/keras.
extern "C" int LLVMFuzzerTestOneInput(const uint8_t* bytes, size_t size) {
    return fuzz::try_reading(bytes, size, [](const auto& source) {
        std::vector<uint8_t> file(static_cast<size_t>(source->size()));
        source->read(0, file.data(), file.size());
        keratin::load_model(std::move(file), {.limits = fuzz::limits});
    });
}
