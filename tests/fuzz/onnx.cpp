#include "fuzz/fuzz.hpp"

#include "onnx/import/file.hpp"
#include "onnx/import/graph.hpp"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* bytes, size_t size) {
    return fuzz::try_reading(bytes, size, [](const auto& source) {
        keratin::onnx::pb::ModelProto model = keratin::onnx::read_model(*source);
        keratin::onnx::Importer(model, source->name(), {.limits = fuzz::limits}).read();
    });
}
