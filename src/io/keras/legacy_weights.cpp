#include "io/keras/weights.hpp"

#include <keratin/core/error.hpp>

#include <algorithm>
#include <map>
#include <set>
#include <utility>

/// The weights of Keras 1 and 2: a group for each layer, whose attributes say the order.
namespace keratin::io {
namespace {

using Names = std::vector<std::string>;

void append(Names& names, const hdf5::Attribute& attribute) {
    if (const auto* list = std::get_if<Names>(&attribute))
        names.insert(names.end(), list->begin(), list->end());
    else if (const auto* one = std::get_if<std::string>(&attribute))
        names.push_back(*one);  // numbers: an empty list has no texts to be one of
}

/// A list of names; a long one is cut into "layer_names0", "layer_names1", ...
Names names_of(const hdf5::Group& group, const std::string& attribute) {
    Names names;
    if (const auto whole = group.attributes.find(attribute); whole != group.attributes.end()) {
        append(names, whole->second);
        return names;
    }
    for (size_t i = 0;; ++i) {
        const auto part = group.attributes.find(attribute + std::to_string(i));
        if (part == group.attributes.end()) return names;
        append(names, part->second);
    }
}

bool lists_layers(const hdf5::Group& group) {
    return group.attributes.contains("layer_names") || group.attributes.contains("layer_names0");
}

const hdf5::Group& layers_of(const hdf5::Group& root) {
    const auto inner = root.groups.find("model_weights");
    return !lists_layers(root) && inner != root.groups.end() ? *inner->second : root;
}

using Datasets = std::vector<std::pair<std::string, const hdf5::Dataset*>>;

Datasets weights_in(const hdf5::Group& group) {
    Datasets datasets;
    for (const std::string& name : names_of(group, "weight_names")) {
        datasets.emplace_back(name, group.find_dataset(name));
        if (!datasets.back().second) fail<ValueError>("the weight \"{}\" is named and not there", name);
    }
    return datasets;
}

/// Trainable ones first, over all layers inside.
std::vector<Variable> legacy_order(const Layer& layer) {
    std::vector<Variable> variables = layer.trainable_variables();
    for (Variable& variable : layer.non_trainable_variables())
        if (is_saved(variable)) variables.push_back(std::move(variable));
    return variables;
}

class Matching {
public:
    explicit Matching(bool skip_mismatch) : skip_(skip_mismatch) {}

    void match(const std::string& owner, const std::vector<Variable>& variables, const Datasets& datasets) {
        if (variables.size() != datasets.size()) {
            if (skip_) return;
            fail<ValueError>("{} has {} weights, the file has {}", owner, variables.size(), datasets.size());
        }
        for (size_t i = 0; i < variables.size(); ++i) {
            const auto& [name, dataset] = datasets[i];
            const bool fits = dataset->shape == variables[i].shape() && dataset->unreadable.empty() &&
                              is_floating(dataset->dtype) == is_floating(variables[i].dtype());
            if (fits)
                add({variables[i], dataset});
            else if (!skip_)
                fail<ValueError>("{} of shape {}: the file has \"{}\" of shape {} ({}){}",
                                 variables[i].path(), variables[i].shape(), name, dataset->shape,
                                 dataset->dtype, dataset->unreadable);
        }
    }

    Fillings fillings;

private:
    /// What layers inside two models share is there twice; the later one counts.
    void add(Filling filling) {
        const auto [at, is_new] = places_.try_emplace(filling.variable.id(), fillings.size());
        if (is_new)
            fillings.push_back(std::move(filling));
        else
            fillings[at->second].dataset = filling.dataset;
    }

    bool skip_;
    std::map<const void*, size_t> places_;
};

struct Saved {
    std::string layer;
    Datasets datasets;
};

std::vector<Saved> saved_layers(const hdf5::Group& group) {
    std::vector<Saved> saved;
    std::set<const hdf5::Group*> seen;
    for (const std::string& layer : names_of(group, "layer_names")) {
        const hdf5::Group* inner = group.find_group(layer);
        if (!inner) fail<ValueError>("the layer \"{}\" is named and not there", layer);
        if (!seen.insert(inner).second) fail<ValueError>("the layer \"{}\" is there twice", layer);
        saved.push_back({layer, weights_in(*inner)});
    }
    return saved;
}

}  // namespace

bool is_legacy(const hdf5::Group& root) {
    return lists_layers(layers_of(root));
}

Fillings legacy_fillings(const hdf5::Group& root, const Model& model, bool by_name, bool skip_mismatch) {
    const hdf5::Group& group = layers_of(root);
    std::vector<Saved> saved = saved_layers(group);
    Matching matching(skip_mismatch);
    std::vector<LayerReference> layers = model.layers();
    if (by_name) {
        std::map<std::string, const Layer*> layer_named;
        for (const LayerReference& layer : layers) layer_named.emplace(layer.name(), layer.pointer().get());
        for (const Saved& one : saved)
            if (const auto found = layer_named.find(one.layer); found != layer_named.end())
                matching.match(one.layer, legacy_order(*found->second), one.datasets);
    } else {
        std::erase_if(layers, [](const LayerReference& layer) { return legacy_order(*layer).empty(); });
        std::erase_if(saved, [](const Saved& one) { return one.datasets.empty(); });
        if (layers.size() != saved.size())
            fail<ValueError>("{} has {} layers with weights, the file has {}", model.name(), layers.size(),
                             saved.size());
        for (size_t i = 0; i < saved.size(); ++i)
            matching.match(fmt::format("{} (\"{}\" in the file)", layers[i].name(), saved[i].layer),
                           legacy_order(*layers[i]), saved[i].datasets);
    }
    return std::move(matching.fillings);
}

Fillings legacy_optimizer_fillings(const hdf5::Group& root, const optimizers::Optimizer& optimizer) {
    const hdf5::Group* group = root.find_group("optimizer_weights");
    if (!group) return {};
    const Names names = names_of(*group, "weight_names");
    const std::vector<Variable> variables = optimizer.variables();
    if (names.size() != variables.size()) return {};
    Fillings fillings;
    for (size_t i = 0; i < names.size(); ++i) {
        const hdf5::Dataset* dataset = group->find_dataset(names[i]);
        const bool fits = dataset && dataset->shape == variables[i].shape() && dataset->unreadable.empty() &&
                          is_floating(dataset->dtype) == is_floating(variables[i].dtype());
        if (!fits) return {};
        fillings.push_back({variables[i], dataset});
    }
    return fillings;
}

ResetAfter legacy_reset_after(const hdf5::Group& root) {
    const auto of_group = [](const hdf5::Group& group) -> std::optional<bool> {
        for (const std::string& name : names_of(group, "weight_names"))
            if (const hdf5::Dataset* dataset = group.find_dataset(name);
                dataset && name.find("bias") != std::string::npos)
                return dataset->shape.rank() == 2;
        return {};
    };
    // A config may ask for one layer many times, and its list of names may be long.
    std::map<const hdf5::Group*, std::optional<bool>> known;
    return [&layers = layers_of(root), of_group, known](const std::string& layer) mutable {
        const hdf5::Group* group = layers.find_group(layer);
        if (!group) return std::optional<bool>();
        const auto [found, is_new] = known.try_emplace(group);
        if (is_new) found->second = of_group(*group);
        return found->second;
    };
}

}  // namespace keratin::io
