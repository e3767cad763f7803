#include "io/model_weights.hpp"

#include "io/checkpoint.hpp"
#include "io/file.hpp"
#include "io/keras/model_file.hpp"
#include "io/keras/sharded_weights.hpp"
#include "io/keras/weights.hpp"
#include "io/matching_names.hpp"

#include <keratin/core/error.hpp>
#include <keratin/io/npy.hpp>
#include <keratin/io/safetensors.hpp>
#include <keratin/io/saving.hpp>
#include <keratin/io/tensor_file.hpp>

#include <algorithm>

namespace keratin {
namespace io {
namespace {

/// What the name's end says, so that the reader of that format says what is wrong with it; else what the
/// first bytes say.
FileFormat format_of_weights(const std::string& path) {
    if (path.ends_with(".keras")) return FileFormat::keras;
    if (path.ends_with(".h5") || path.ends_with(".hdf5")) return FileFormat::h5_weights;
    if (path.ends_with(".safetensors")) return FileFormat::safetensors;
    if (path.ends_with(".npz")) return FileFormat::npz;
    return file_format(path);
}

/// Of a file of weights, or of a checkpoint.
NamedTensors safetensors_in(const std::string& path) {
    const InputFile file(path);
    NamedTensors tensors = read_safetensors(file);
    if (!is_checkpoint(tensors)) return tensors;
    constexpr std::string_view part = "model/";
    tensors.clear();
    for (auto& [name, tensor] : read_checkpoint(file).tensors)
        if (name.starts_with(part)) tensors.emplace_back(name.substr(part.size()), std::move(tensor));
    return tensors;
}

}  // namespace

void save_named_weights(const std::string& path, const std::vector<Variable>& variables) {
    NamedTensors tensors;
    for (const Variable& variable : variables) tensors.emplace_back(variable.path(), variable.storage());
    save_safetensors(path, tensors, {.metadata = {{"format", "keratin"}}});
}

void load_named_weights(const NamedTensors& tensors, const std::string& path, const std::string& owner,
                        const std::vector<Variable>& variables, bool skip_mismatch) {
    std::vector<std::string> paths, names;
    for (const Variable& variable : variables) paths.push_back(variable.path());
    for (const auto& [name, tensor] : tensors) names.push_back(name);
    const std::vector<std::optional<size_t>> places = matching_names(paths, names);
    // All is checked before anything is assigned, so that a file that does not fit changes nothing.
    std::vector<const Tensor*> found;
    for (size_t i = 0; i < variables.size(); ++i) {
        const Variable& variable = variables[i];
        const Tensor* const tensor = places[i] ? &tensors[*places[i]].second : nullptr;
        if (!tensor && !skip_mismatch)
            fail<ValueError>("{}: {} has no tensor \"{}\"; it holds {} tensors of another model", owner, path,
                             variable.path(), tensors.size());
        const bool fits =
            tensor && tensor->shape() == variable.shape() && tensor->dtype() == variable.dtype();
        if (!fits && !skip_mismatch)
            fail<ValueError>("{}: {} has {} of shape {} ({}), the model needs {} ({})", owner, path,
                             names[*places[i]], tensor->shape(), tensor->dtype(), variable.shape(),
                             variable.dtype());
        found.push_back(fits ? tensor : nullptr);
    }
    if (tensors.size() != variables.size() && !skip_mismatch)
        fail<ValueError>("{}: {} holds {} tensors, the model has {} variables", owner, path, tensors.size(),
                         variables.size());
    if (std::none_of(found.begin(), found.end(), [](const Tensor* tensor) { return tensor != nullptr; }))
        fail<ValueError>("{}: no tensor of {} fits a variable of the model, such as \"{}\" {}", owner, path,
                         paths.front(), variables.front().shape());
    for (size_t i = 0; i < variables.size(); ++i)
        if (found[i]) variables[i].assign(*found[i]);
}

namespace {

Fillings fillings_of(const Model& model, const hdf5::Group& root, const LoadWeightsOptions& options) {
    if (is_legacy(root)) return legacy_fillings(root, model, options.by_name, options.skip_mismatch);
    if (options.by_name)
        fail<ValueError>("by_name goes with the \".h5\" files of Keras 2 only, and this is another");
    Fillings fillings = layer_fillings(root, weight_tree(model), options.skip_mismatch);
    if (model.compiled() && model.optimizer().built())
        for (Filling& one : optimizer_fillings(root, model.optimizer())) fillings.push_back(std::move(one));
    return fillings;
}

/// From a file, or several: whatever has root() and read_into().
template <class File>
void load_keras_weights(const Model& model, const std::string& name, const File& file,
                        const LoadWeightsOptions& options) {
    Fillings fillings;
    try {
        fillings = fillings_of(model, file.root(), options);
    } catch (const ValueError& error) {
        fail<ValueError>("{}: {}: {}", model.name(), name, error.what());
    }
    fill_at_once([&](const hdf5::Dataset& dataset, Tensor& into) { file.read_into(dataset, into); },
                 fillings);
}

void load_keras_weights(const Model& model, std::shared_ptr<const Source> source,
                        const LoadWeightsOptions& options) {
    const std::string name = source->name();
    load_keras_weights(model, name, hdf5::Reader(std::move(source), options.limits), options);
}

}  // namespace
}  // namespace io

void Model::load_weights(const std::string& path) {
    load_weights(path, {});
}

void Model::load_weights(const std::string& path, const LoadWeightsOptions& options) {
    const std::vector<Variable> all = variables();
    if (all.empty())
        fail<ValueError>("{}: load_weights found no variables; build the model first, or call it once",
                         name());
    using io::FileFormat;
    const auto take = [&](const io::NamedTensors& tensors) {
        io::load_named_weights(tensors, path, name(), all, options.skip_mismatch);
    };
    if (path.ends_with(io::shard_index_suffix))
        return io::load_keras_weights(*this, path, io::ShardedWeights(path, options.limits), options);
    switch (const FileFormat format = io::format_of_weights(path)) {
        case FileFormat::keras:
            return io::load_keras_weights(*this, io::ModelFile::open(path, options.limits)->weights(),
                                          options);
        case FileFormat::h5_model:
        case FileFormat::h5_weights:
            return io::load_keras_weights(*this, std::make_shared<io::InputFile>(path), options);
        case FileFormat::safetensors:
            return take(io::safetensors_in(path));
        case FileFormat::npz:
            return take(io::load_npz(path, options.limits));
        default:
            fail<ValueError>(
                "{}: {} is of the format {}; weights are read from .keras, .h5, .safetensors "
                "and .npz",
                name(), path, io::name(format));
    }
}

}  // namespace keratin
