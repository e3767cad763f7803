#include "fuzz/fuzz.hpp"

#include "io/hdf5/reader.hpp"

#include <vector>

using namespace keratin;

namespace {

void read_all(const std::shared_ptr<const io::Source>& source) {
    const io::hdf5::Reader reader(source, fuzz::limits);
    std::vector<const io::hdf5::Group*> waiting{&reader.root()};
    while (!waiting.empty()) {
        const io::hdf5::Group& group = *waiting.back();
        waiting.pop_back();
        for (const auto& [name, dataset] : group.datasets) {
            try {
                reader.read(*dataset);
            } catch (const FormatError&) {  // the others may still be read
            }
        }
        for (const auto& [name, child] : group.groups) waiting.push_back(child);
    }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* bytes, size_t size) {
    return fuzz::try_reading(bytes, size, read_all);
}
