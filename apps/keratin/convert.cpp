#include "commands.hpp"
#include "opened.hpp"

#include <keratin/core/config.hpp>
#include <keratin/core/error.hpp>
#include <keratin/io/saving.hpp>

#include <filesystem>
#include <system_error>

#ifdef KERATIN_TOOL_WITH_ONNX
#include <keratin/io/onnx.hpp>
#endif

namespace tool {

using namespace keratin;

namespace {

void save_onnx(const Model& model, const std::string& path) {
#ifdef KERATIN_TOOL_WITH_ONNX
    io::save_onnx(model, path);
#else
    static_cast<void>(model);
    fail<ValueError>("{}: this keratin was built without ONNX; install protobuf and build it again", path);
#endif
}

/// Whole models go to whole models; weights need the layers of another file for that.
void write(const Opened& file, const ConvertOptions& options) {
    const std::string& to = options.to;
    const bool whole = to.ends_with(".keras") || to.ends_with(".onnx");
    std::shared_ptr<Model> model = file.model;
    if (model && !options.model.empty())
        fail<ValueError>("{}: it holds its own layers; leave out --model", file.path);
    if (!model && !options.model.empty()) {
        model = open_model(options.model, options.limits);
        model->load_weights(file.path, {.limits = options.limits});
    }
    if (whole && !model)
        fail<ValueError>("{}: it holds tensors and no layers; say with --model which model they belong to",
                         file.path);
    if (to.ends_with(".onnx")) return save_onnx(*model, to);
    if (to.ends_with(".keras")) return model->save(to);
    if (model && to.ends_with(".weights.h5")) return model->save_weights(to);
    io::save_tensors(to, model ? tensors_of(*model) : file.tensors);
}

}  // namespace

int convert(const ConvertOptions& options) {
    std::error_code unknown;  // writing will say what is wrong there
    if (!options.overwrite && std::filesystem::exists(options.to, unknown))
        fail<IoError>("{}: it is there already; --overwrite replaces it", options.to);
    const Opened file = open(options.from, options.limits);
    write(file, options);
    const io::FileFormat format = io::file_format(options.to);
    const auto bytes = static_cast<int64_t>(std::filesystem::file_size(options.to));
    if (options.json)
        fmt::print("{}\n", Config::object({{"from", options.from},
                                           {"from_format", io::name(file.format)},
                                           {"to", options.to},
                                           {"to_format", io::name(format)},
                                           {"tensors", static_cast<int64_t>(file.tensors.size())},
                                           {"bytes", bytes}})
                               .to_json(2));
    else
        fmt::print("{}: {}, {} tensors, {} bytes\n", options.to, io::name(format), file.tensors.size(),
                   bytes);
    return 0;
}

}  // namespace tool
