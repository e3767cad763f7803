#include "commands.hpp"
#include "opened.hpp"

#include <keratin/core/config.hpp>
#include <keratin/core/error.hpp>
#include <keratin/io/saving.hpp>

#include <algorithm>
#include <filesystem>
#include <initializer_list>
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

enum class Target { keras, onnx, keras_weights, tensors };

/// By the end of the name; what keratin reads only, and misprints, are refused before anything is read.
Target target_of(const std::string& path) {
    const auto ends = [&](std::initializer_list<const char*> list) {
        return std::any_of(list.begin(), list.end(), [&](const char* end) { return path.ends_with(end); });
    };
    if (ends({".keras"})) return Target::keras;
    if (ends({".onnx"})) return Target::onnx;
    if (ends({".weights.h5"})) return Target::keras_weights;
    if (ends({".safetensors", ".npz", ".npy"})) return Target::tensors;
    if (ends({".h5", ".hdf5"}))
        fail<ValueError>(
            "{}: .h5 is read and not written; end the name in .keras for a model, or .weights.h5 "
            "for weights as Keras has them",
            path);
    fail<ValueError>(
        "{}: the name must end in .keras, .onnx, .weights.h5, .safetensors, .npz or .npy, in small "
        "letters",
        path);
}

/// The layers that come with the file, or whose --model gives; null for none.
std::shared_ptr<Model> model_for(const Opened& file, const ConvertOptions& options) {
    if (options.model.empty()) return file.model;
    if (file.model) fail<ValueError>("{}: it holds its own layers; leave out --model", file.path);
    std::shared_ptr<Model> model = open_model(options.model, options.limits);
    model->load_weights(file.path, {.limits = options.limits});
    return model;
}

[[noreturn]] void refuse_without_layers(const Opened& file, const std::string& to) {
    if (!file.lacks.empty())
        fail<ValueError>("{}; its tensors can go to .safetensors or .npz, or elsewhere with --model",
                         file.lacks);
    fail<ValueError>(
        "{}: it holds tensors and no layers, which {} needs; say with --model which model they "
        "belong to",
        file.path, to);
}

void write(const std::string& to, Target target, const io::NamedTensors& tensors, const Model* model) {
    switch (target) {
        case Target::keras:
            return model->save(to);
        case Target::onnx:
            return save_onnx(*model, to);
        case Target::keras_weights:
            return model->save_weights(to);
        case Target::tensors:
            return io::save_tensors(to, tensors);
    }
}

/// What the reader of the new file should know.
std::vector<std::string> notes_on(const Opened& file, const Model* model) {
    std::vector<std::string> notes;
    if (!file.lacks.empty() && (file.model || !model)) notes.push_back(file.lacks);
    if (!model && has_own_names(file.format) && !file.tensors.empty())
        notes.push_back(fmt::format(
            "the tensors keep their names in {}, such as \"{}\", and an optimizer's are among them if it has "
            "any; --model gives those of a model",
            file.path, file.tensors.front().first));
    return notes;
}

}  // namespace

int convert(const ConvertOptions& options) {
    const Target target = target_of(options.to);
    std::error_code unknown;  // writing will say what is wrong there
    if (!options.overwrite && std::filesystem::exists(options.to, unknown))
        fail<IoError>("{}: it is there already; --overwrite replaces it", options.to);
    const Opened file = open(options.from, options.limits);
    const std::shared_ptr<Model> model = model_for(file, options);
    if (!model && target != Target::tensors) refuse_without_layers(file, options.to);
    const io::NamedTensors tensors = model ? tensors_of(*model) : file.tensors;
    write(options.to, target, tensors, model.get());
    const std::string_view format = io::name(io::file_format(options.to));
    const auto bytes = static_cast<int64_t>(std::filesystem::file_size(options.to));
    const std::vector<std::string> notes = notes_on(file, model.get());
    if (options.json) {
        fmt::print("{}\n", Config::object({{"from", options.from},
                                           {"from_format", io::name(file.format)},
                                           {"to", options.to},
                                           {"to_format", format},
                                           {"tensors", static_cast<int64_t>(tensors.size())},
                                           {"bytes", bytes},
                                           {"notes", Config::List(notes.begin(), notes.end())}})
                               .to_json(2));
        return 0;
    }
    fmt::print("{}: {}, {} tensors, {} bytes\n", options.to, format, tensors.size(), bytes);
    for (const std::string& note : notes) fmt::print(stderr, "note: {}\n", note);
    return 0;
}

}  // namespace tool
