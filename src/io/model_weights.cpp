#include "io/checkpoint.hpp"
#include "io/file.hpp"

#include <keratin/io/safetensors.hpp>
#include <keratin/models/model.hpp>

#include <algorithm>

namespace keratin {
namespace {

/// Of a file of weights, or of a checkpoint.
io::NamedTensors weights_in(const std::string& path) {
    const io::InputFile file(path);
    io::NamedTensors tensors = io::read_safetensors(file);
    if (!io::is_checkpoint(tensors)) return tensors;
    constexpr std::string_view part = "model/";
    tensors.clear();
    for (auto& [name, tensor] : io::read_checkpoint(file).tensors)
        if (name.starts_with(part)) tensors.emplace_back(name.substr(part.size()), std::move(tensor));
    return tensors;
}

}  // namespace

void Model::save_weights(const std::string& path) const {
    const std::vector<Variable> all = variables();
    if (all.empty())
        fail<ValueError>("{}: save_weights found no variables; build the model first, or call it once",
                         name());
    io::NamedTensors tensors;
    for (const Variable& variable : all) tensors.emplace_back(variable.path(), variable.storage());
    io::save_safetensors(path, tensors, {.metadata = {{"format", "keratin"}}});
}

void Model::load_weights(const std::string& path) {
    const std::vector<Variable> all = variables();
    if (all.empty())
        fail<ValueError>("{}: load_weights found no variables; build the model first, or call it once",
                         name());
    const io::NamedTensors tensors = weights_in(path);
    // All is checked before anything is assigned, so that a file that does not fit changes nothing.
    std::vector<const Tensor*> found;
    for (const Variable& variable : all) {
        const auto entry = std::find_if(tensors.begin(), tensors.end(),
                                        [&](const auto& named) { return named.first == variable.path(); });
        if (entry == tensors.end())
            fail<ValueError>("{}: {} has no tensor \"{}\"; it holds {} tensors of another model", name(),
                             path, variable.path(), tensors.size());
        if (entry->second.shape() != variable.shape() || entry->second.dtype() != variable.dtype())
            fail<ValueError>("{}: {} has {} of shape {} ({}), the model needs {} ({})", name(), path,
                             variable.path(), entry->second.shape(), entry->second.dtype(), variable.shape(),
                             variable.dtype());
        found.push_back(&entry->second);
    }
    if (tensors.size() != all.size())
        fail<ValueError>("{}: {} holds {} tensors, the model has {} variables", name(), path, tensors.size(),
                         all.size());
    for (size_t i = 0; i < all.size(); ++i) all[i].assign(*found[i]);
}

}  // namespace keratin
