#include "models/training_checkpoint.hpp"

#include "core/default_generator.hpp"
#include "layers/layer_state.hpp"
#include "models/feed.hpp"
#include "models/fit_run.hpp"
#include "models/training_state.hpp"

#include <keratin/core/error.hpp>

#include <cctype>
#include <unordered_set>

namespace keratin {
namespace {

using detail::LayerState;

/// "sequential/dense/kernel" of "sequential_3/dense_1/kernel".
std::string without_numbers(const std::string& path) {
    std::string result;
    for (size_t i = 0; i < path.size(); ++i) {
        size_t end = i + 1;
        while (end < path.size() && std::isdigit(static_cast<unsigned char>(path[end]))) ++end;
        const bool ends = end == path.size() || path[end] == '/' || path[end] == '_';
        if (path[i] == '_' && end > i + 1 && ends)
            i = end - 1;
        else
            result += path[i];
    }
    return result;
}

/// The layers that hold generators, in the order of the model.
void list_seeded(const std::shared_ptr<LayerState>& layer, std::unordered_set<const LayerState*>& visited,
                 std::vector<std::shared_ptr<LayerState>>& list) {
    if (!visited.insert(layer.get()).second) return;
    if (!layer->generators().empty()) list.push_back(layer);
    for (const auto& inner : layer->inner()) list_seeded(inner, visited, list);
}

std::vector<std::shared_ptr<LayerState>> seeded_layers(const Model& model) {
    std::vector<std::shared_ptr<LayerState>> list;
    std::unordered_set<const LayerState*> visited;
    list_seeded(LayerState::refreshed(model), visited, list);
    return list;
}

}  // namespace

TrainingCheckpoint collect(Model& model) {
    TrainingCheckpoint checkpoint;
    const auto add = [&](const char* part, const std::vector<Variable>& variables) {
        for (const Variable& variable : variables)
            checkpoint.tensors.emplace_back(part + variable.path(), variable.storage());
    };
    add("model/", model.variables());
    Config layers = Config::List();
    for (const auto& layer : seeded_layers(model)) {
        Config places = Config::List();
        for (const SeedGenerator& generator : layer->generators())
            places.append(to_config(generator.state()));
        layers.append(Config::List{without_numbers(layer->name), std::move(places)});
    }
    checkpoint.state = Config::object({{"optimizer", Config()},
                                       {"random", to_config(default_generator().state())},
                                       {"layers", std::move(layers)}});
    if (model.compiled()) {
        model.optimizer().build(model.trainable_variables());
        checkpoint.state.set("optimizer", model.optimizer().class_name());
        add("optimizer/", model.optimizer().variables());
    }
    return checkpoint;
}

Restoring::Restoring(Model& model, const TrainingCheckpoint& checkpoint, std::string file)
    : checkpoint_(checkpoint), file_(std::move(file)) {
    if (model.variables().empty())
        fail<ValueError>("{}: it is not built; build it, or call it once, before fit() goes on from {}",
                         model.name(), file_);
    model.optimizer().build(model.trainable_variables());
    const Config& optimizer = checkpoint_.state["optimizer"];
    const std::string now = model.optimizer().class_name();
    if (const std::string saved = optimizer.is_null() ? "none" : optimizer.as_string(); saved != now)
        unfit(fmt::format("its optimizer is {}, the model's {}", saved, now));
    match("model/", model.variables());
    match("optimizer/", model.optimizer().variables());
    const std::vector<std::shared_ptr<LayerState>> layers = seeded_layers(model);
    const Config::List& saved = checkpoint_.state["layers"].as_list();
    if (saved.size() != layers.size())
        unfit(fmt::format("it has {} layers with random numbers, the model {}", saved.size(), layers.size()));
    for (size_t i = 0; i < layers.size(); ++i) {
        const Config::List& layer = saved[i].as_list();
        const std::vector<SeedGenerator> generators = layers[i]->generators();
        if (layer.size() != 2 || layer[0].as_string() != without_numbers(layers[i]->name) ||
            layer[1].as_list().size() != generators.size())
            unfit(fmt::format("its layer with random numbers number {} is not {}", i + 1, layers[i]->name));
        for (size_t g = 0; g < generators.size(); ++g)
            places_.emplace_back(generators[g], draw_from(layer[1].as_list()[g]));
    }
    places_.emplace_back(default_generator(), draw_from(checkpoint_.state["random"]));
}

void Restoring::unfit(const std::string& what) const {
    fail<ValueError>("{}: it was saved by another training: {}; go on with what it was made of, or remove it",
                     file_, what);
}

void Restoring::match(const char* part, const std::vector<Variable>& variables) {
    std::vector<const std::pair<std::string, Tensor>*> saved;
    for (const auto& named : checkpoint_.tensors)
        if (named.first.starts_with(part)) saved.push_back(&named);
    if (saved.size() != variables.size())
        unfit(fmt::format("it has {} tensors {}.., {} are needed", saved.size(), part, variables.size()));
    for (size_t i = 0; i < saved.size(); ++i) {
        const auto& [name, tensor] = *saved[i];
        const Variable& variable = variables[i];
        const std::string wanted = part + variable.path();
        if (without_numbers(name) != without_numbers(wanted) || tensor.shape() != variable.shape() ||
            tensor.dtype() != variable.dtype())
            unfit(fmt::format("it has {} of shape {} ({}), {} of shape {} ({}) is needed", name,
                              tensor.shape(), tensor.dtype(), wanted, variable.shape(), variable.dtype()));
        values_.emplace_back(variable, tensor);
    }
}

void Restoring::assign_variables() const {
    for (const auto& [variable, value] : values_) variable.assign(value);
}

void Restoring::restore_generators() const {
    for (const auto& [generator, place] : places_) generator.set_state(place);
}

std::vector<Tensor> Restoring::tensors_of_callback(size_t index) const {
    const std::string part = fmt::format("callback/{}/", index);
    std::vector<Tensor> tensors;
    for (const auto& [name, tensor] : checkpoint_.tensors)
        if (name.starts_with(part)) tensors.push_back(tensor);
    return tensors;
}

void Model::save_checkpoint(const std::string& path, const CheckpointOptions& options) {
    if (training_->run) return training_->run->save_later(path, options);
    if (variables().empty())
        fail<ValueError>("{}: save_checkpoint found no variables; build the model first, or call it once",
                         name());
    write_checkpoint(path, collect(*this), options.previous);
    if (options.saved) options.saved();
}

void Model::resume_from(std::string path, std::string otherwise) {
    if (!training_->run)
        fail<ValueError>(
            "{}: resume_from() is for callbacks, from on_train_begin(); fit() takes .resume_from", name());
    training_->run->resume_from(std::move(path), std::move(otherwise));
}

}  // namespace keratin
