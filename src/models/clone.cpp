#include <keratin/models/clone.hpp>

#include "models/training_state.hpp"

#include <keratin/core/error.hpp>
#include <keratin/layers/registry.hpp>

namespace keratin {
namespace {

std::vector<Shape> input_shapes(const Config& node) {
    const Config* config = node.find("build_config");
    const Config* shape = config && config->is_object() ? config->find("input_shape") : nullptr;
    if (!shape || !shape->is_list()) return {};
    const Config::List& list = shape->as_list();
    if (list.empty() || !list.front().is_list()) return {shape->as_shape()};
    std::vector<Shape> shapes;
    for (const Config& one : list) shapes.push_back(one.as_shape());
    return shapes;
}

std::shared_ptr<Model> model_from(const Config& node, const char* owner) {
    const std::shared_ptr<Layer> layer = layer_from_config(node);
    const auto model = std::dynamic_pointer_cast<Model>(layer);
    if (!model)
        fail<ValueError>("{}: {} is a {}, which is no model; use layer_from_config()", owner, layer->name(),
                         layer->class_name());
    if (const std::vector<Shape> shapes = input_shapes(node); !model->built() && !shapes.empty())
        model->build_list(shapes);
    return model;
}

}  // namespace

std::shared_ptr<Model> clone_model(const Model& model) {
    const std::shared_ptr<Model> clone = model_from(serialize(model), "clone_model");
    if (model.compiled()) {
        CompileOptions options = *model.training_->options;
        options.optimizer = optimizers::Optimizer::from_config(options.optimizer->serialize());
        clone->compile(std::move(options));
    }
    return clone;
}

std::shared_ptr<Model> model_from_json(std::string_view json) {
    return model_from(Config::from_json(json), "model_from_json");
}

}  // namespace keratin
