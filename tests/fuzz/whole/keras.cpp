#include "../fuzz.hpp"

#include "io/file.hpp"

#include <keratin/io/saving.hpp>

/// Models as Keras and keratin save them; needs the whole library, see CMakeLists.txt. Seeds are the files in
/// tests/golden/files/keras: HDF5 files are the better ones, for an archive's checksums keep most changes
/// out.
FUZZ(source) {
    std::vector<uint8_t> bytes(static_cast<size_t>(source->size()));
    source->read(0, bytes.data(), bytes.size());
    keratin::load_model(std::move(bytes), {.limits = fuzz::limits});
}
