#include "io/keras/weights.hpp"

#include "io/keras/lookups.hpp"

#include <keratin/core/error.hpp>
#include <keratin/core/threads.hpp>

#include <algorithm>
#include <unordered_set>

namespace keratin::io {
namespace {

/// PATH/vars, also where other versions of Keras have it; null for none.
const hdf5::Group* find_vars(const hdf5::Group& root, const std::string& path) {
    if (path.empty()) return root.find_group("vars");
    if (const hdf5::Group* found = root.find_group(path + "/vars")) return found;
    // Attributes that are public today.
    const size_t slash = path.rfind('/') + 1;
    if (const hdf5::Group* found =
            root.find_group(path.substr(0, slash) + "_" + path.substr(slash) + "/vars"))
        return found;
    if (!root.find_group("_layer_checkpoint_dependencies")) return nullptr;
    std::string older = path;
    for (size_t at = 0; (at = older.find("layers/", at)) != std::string::npos; at += 7)
        if (at == 0 || older[at - 1] == '/') older.replace(at, 6, "_layer_checkpoint_dependencies"), at += 24;
    return root.find_group(older + "/vars");
}

std::string described(const Variable& variable) {
    return fmt::format("{} of shape {}", variable.path(), variable.shape());
}

/// Why a dataset cannot be the variable's value; empty when it can.
std::string mismatch(const Variable& variable, const hdf5::Dataset* dataset) {
    if (!dataset) return "it is not in the file";
    if (dataset->shape != variable.shape()) return fmt::format("the file has shape {}", dataset->shape);
    if (is_floating(dataset->dtype) != is_floating(variable.dtype()))
        return fmt::format("the file has {}, the variable is {}", dataset->dtype, variable.dtype());
    return dataset->unreadable;
}

const hdf5::Dataset* numbered(const hdf5::Group* vars, size_t i) {
    if (!vars) return nullptr;
    const auto found = vars->datasets.find(std::to_string(i));
    return found == vars->datasets.end() ? nullptr : found->second;
}

}  // namespace

Fillings layer_fillings(const hdf5::Group& root, const std::vector<WeightGroup>& groups, bool skip_mismatch) {
    Fillings fillings;
    for (const WeightGroup& group : groups) {
        const hdf5::Group* vars = find_vars(root, group.path);
        const size_t there = vars ? vars->datasets.size() : 0;
        if (is_lookup(group.layer)) continue;
        if (there != group.variables.size()) {
            if (skip_mismatch) continue;
            fail<ValueError>(
                "{} has {} variables, the file has {} at \"{}\"{}", group.name, group.variables.size(), there,
                group.path,
                group.variables.empty() ? "; is the layer built?" : "; it is another layer's, or none");
        }
        for (size_t i = 0; i < there; ++i) {
            const hdf5::Dataset* dataset = numbered(vars, i);
            const std::string why = mismatch(group.variables[i], dataset);
            if (why.empty())
                fillings.push_back({group.variables[i], dataset});
            else if (!skip_mismatch)
                fail<ValueError>("{}, at \"{}/vars/{}\": {}", described(group.variables[i]), group.path, i,
                                 why);
        }
    }
    return fillings;
}

Fillings optimizer_fillings(const hdf5::Group& root, const optimizers::Optimizer& optimizer) {
    Fillings fillings;
    const WeightGroup group = optimizer_tree(optimizer).front();
    const hdf5::Group* vars = find_vars(root, group.path);
    // One that has not trained yet has its first variables only.
    if (!vars || vars->datasets.size() > group.variables.size()) return {};
    const bool untrained = vars->datasets.size() <= 2;
    if (!untrained && vars->datasets.size() != group.variables.size()) return {};
    for (size_t i = 0; i < vars->datasets.size(); ++i) {
        const hdf5::Dataset* dataset = numbered(vars, i);
        if (!mismatch(group.variables[i], dataset).empty()) return {};
        fillings.push_back({group.variables[i], dataset});
    }
    return fillings;
}

void fill(const hdf5::Reader& file, const Fillings& fillings) {
    int64_t numbers = 0;
    for (const Filling& one : fillings) numbers += one.variable.shape().size();
    parallel_for(static_cast<int64_t>(fillings.size()), 4 * numbers, [&](int64_t begin, int64_t end) {
        for (auto i = static_cast<size_t>(begin); i < static_cast<size_t>(end); ++i)
            file.read_into(*fillings[i].dataset, fillings[i].variable.storage());
    });
}

void fill_at_once(const ReadInto& read_into, const Fillings& fillings) {
    std::vector<Tensor> values;
    for (const Filling& one : fillings) {
        values.push_back(Tensor::empty(one.variable.shape(), one.variable.dtype()));
        read_into(*one.dataset, values.back());
    }
    for (size_t i = 0; i < fillings.size(); ++i) fillings[i].variable.assign(values[i]);
}

uint64_t count_numbers(const hdf5::Group& root) {
    uint64_t numbers = 0;
    std::unordered_set<const void*> seen;  // more than one link may lead to each
    std::vector<const hdf5::Group*> waiting = {&root};
    while (!waiting.empty()) {
        const hdf5::Group* group = waiting.back();
        waiting.pop_back();
        for (const auto& [name, inner] : group->groups)
            if (seen.insert(inner).second) waiting.push_back(inner);
        for (const auto& [name, dataset] : group->datasets)
            if (seen.insert(dataset).second) numbers += static_cast<uint64_t>(dataset->shape.size());
    }
    return numbers;
}

void write_groups(hdf5::NewGroup& root, const std::vector<WeightGroup>& groups) {
    for (const WeightGroup& group : groups) {
        hdf5::NewGroup& vars = root.group(group.path.empty() ? "vars" : group.path + "/vars");
        vars.attributes["name"] = group.name;
        for (size_t i = 0; i < group.variables.size(); ++i)
            if (!vars.datasets.emplace(std::to_string(i), hdf5::NewDataset{group.variables[i].storage(), {}})
                     .second)
                fail<ValueError>(
                    "{}: another layer's variables are saved at \"{}\" as well; rename one of them",
                    group.name, group.path);
        write_lookup(vars, group.layer);
    }
}

}  // namespace keratin::io
