#include "fuzz.hpp"

#include "onnx/import/file.hpp"

FUZZ(source) {
    namespace onnx = keratin::onnx;
    const onnx::pb::ModelProto model = onnx::read_model(*source);
    uint64_t bytes = 0;
    for (const auto& tensor : model.graph().initializer()) {
        bytes += onnx::bytes_of(tensor, nullptr, source->name(), "tensor");
        if (bytes > fuzz::limits.unpacked_bytes) return;
        onnx::tensor_of(tensor, nullptr, source->name(), "tensor");
    }
}
