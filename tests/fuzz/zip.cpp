#include "fuzz/fuzz.hpp"

#include "io/zip.hpp"

using namespace keratin;

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* bytes, size_t size) {
    return fuzz::try_reading(bytes, size, [](const auto& source) {
        const io::ZipReader archive(source, fuzz::limits);
        for (const std::string& name : archive.names()) archive.open(name)->text();
    });
}
