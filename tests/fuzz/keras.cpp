#include "fuzz.hpp"

#include <keratin/io/saving.hpp>

/// Models as Keras and keratin save them. Seeds are the files in tests/golden/files/keras.
FUZZ(source) {
    std::vector<uint8_t> bytes(static_cast<size_t>(source->size()));
    source->read(0, bytes.data(), bytes.size());
    keratin::load_model(std::move(bytes), {.limits = fuzz::limits});
}
