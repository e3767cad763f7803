#include "fuzz.hpp"

#include "onnx/import/file.hpp"
#include "onnx/import/graph.hpp"

using namespace keratin;

FUZZ(source) {
    onnx::pb::ModelProto model = onnx::read_model(*source);
    onnx::Importer(model, source->name(), {.limits = fuzz::limits}).read();
}
