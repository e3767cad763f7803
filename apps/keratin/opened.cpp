#include "opened.hpp"

#include <keratin/core/error.hpp>
#include <keratin/io/saving.hpp>

#ifdef KERATIN_TOOL_WITH_ONNX
#include <keratin/io/onnx.hpp>
#endif

namespace tool {

using namespace keratin;

namespace {

std::shared_ptr<Model> load_onnx(const std::string& path, const io::ReadLimits& limits) {
#ifdef KERATIN_TOOL_WITH_ONNX
    return io::load_onnx(path, {.limits = limits});
#else
    static_cast<void>(limits);
    fail<ValueError>("{}: this keratin was built without ONNX; install protobuf and build it again", path);
#endif
}

}  // namespace

Opened open(const std::string& path, const io::ReadLimits& limits) {
    Opened opened{path, io::file_format(path), nullptr, {}};
    switch (opened.format) {
        case io::FileFormat::keras:
        case io::FileFormat::h5_model:
            opened.model = load_model(path, {.limits = limits}).pointer();
            break;
        case io::FileFormat::onnx:
            opened.model = load_onnx(path, limits);
            break;
        default:
            opened.tensors = io::load_tensors(path, limits);
            return opened;
    }
    opened.tensors = tensors_of(*opened.model);
    return opened;
}

std::shared_ptr<Model> open_model(const std::string& path, const io::ReadLimits& limits) {
    const std::shared_ptr<Model> model = open(path, limits).model;
    if (!model)
        fail<ValueError>("{}: it holds tensors and no model; a .keras, .h5 or .onnx file has one", path);
    return model;
}

io::NamedTensors tensors_of(const Model& model) {
    io::NamedTensors tensors;
    for (const Variable& variable : model.variables())
        tensors.emplace_back(variable.path(), variable.value());
    return tensors;
}

}  // namespace tool
