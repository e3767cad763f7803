#include "fuzz.hpp"

#include "onnx/import/file.hpp"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* bytes, size_t size) {
    return fuzz::try_reading(bytes, size, [](const auto& source) {
        namespace onnx = keratin::onnx;
        const onnx::pb::ModelProto model = onnx::read_model(*source);
        uint64_t needed = 0;
        for (const auto& tensor : model.graph().initializer()) {
            needed += onnx::bytes_of(tensor, nullptr, source->name(), "tensor");
            if (needed > fuzz::limits.unpacked_bytes) return;
            onnx::tensor_of(tensor, nullptr, source->name(), "tensor");
        }
    });
}
