#include "fuzz/fuzz.hpp"

#include "data/cifar_records.hpp"

using namespace keratin;

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* bytes, size_t size) {
    return fuzz::try_reading(bytes, size, [](const auto& source) {
        datasets::CifarRecords records({2, 1, 100});
        records.add(*source);
        records.dataset(float32);
    });
}
