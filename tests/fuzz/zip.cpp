#include "fuzz.hpp"

#include "io/zip.hpp"

using namespace keratin;

FUZZ(source) {
    const io::ZipReader archive(source, fuzz::limits);
    for (const std::string& name : archive.names()) archive.read_text(name);
}
