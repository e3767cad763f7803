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

/// As it was compiled, or not compiled, or the tensors alone.
void open_keras(Opened& opened, const io::ReadLimits& limits) {
    try {
        opened.model = load_model(opened.path, {.limits = limits}).pointer();
        return;
    } catch (const IoError&) {
        throw;
    } catch (const Error& error) {
        opened.lacks = error.what();
        opened.is_damaged = dynamic_cast<const FormatError*>(&error) != nullptr;
    }
    try {
        opened.model = load_model(opened.path, {.compile = false, .limits = limits}).pointer();
    } catch (const Error&) {
        opened.tensors = io::load_tensors(opened.path, limits);
    }
}

}  // namespace

Opened open(const std::string& path, const io::ReadLimits& limits) {
    Opened opened{path, io::file_format(path), nullptr, {}, "", false};
    switch (opened.format) {
        case io::FileFormat::keras:
        case io::FileFormat::h5_model:
            open_keras(opened, limits);
            break;
        case io::FileFormat::onnx:
            opened.model = load_onnx(path, limits);
            break;
        default:
            opened.tensors = io::load_tensors(path, limits);
    }
    if (opened.model) opened.tensors = tensors_of(*opened.model);
    return opened;
}

bool has_own_names(io::FileFormat format) {
    switch (format) {
        case io::FileFormat::keras:
        case io::FileFormat::h5_model:
        case io::FileFormat::h5_weights:
        case io::FileFormat::h5_shards:
            return true;
        default:
            return false;
    }
}

std::shared_ptr<Model> open_model(const std::string& path, const io::ReadLimits& limits) {
    const Opened opened = open(path, limits);
    if (!opened.model && !opened.lacks.empty()) fail<ValueError>("{}", opened.lacks);
    if (!opened.model)
        fail<ValueError>("{}: it holds tensors and no model; a .keras, .h5 or .onnx file has one", path);
    return opened.model;
}

io::NamedTensors tensors_of(const Model& model) {
    io::NamedTensors tensors;
    for (const Variable& variable : model.variables())
        tensors.emplace_back(variable.path(), variable.value());
    return tensors;
}

}  // namespace tool
