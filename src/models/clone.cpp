#include <keratin/models/clone.hpp>

#include "models/model_node.hpp"
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

}  // namespace

std::shared_ptr<Model> detail::model_of_node(const Config& node, const char* owner) {
    const std::shared_ptr<Layer> layer = layer_from_config(node);
    const auto model = std::dynamic_pointer_cast<Model>(layer);
    if (!model)
        fail<ValueError>("{}: {} is a {}, which is no model; use layer_from_config()", owner, layer->name(),
                         layer->class_name());
    if (const std::vector<Shape> shapes = input_shapes(node); !model->built() && !shapes.empty())
        model->build_list(shapes);
    return model;
}

std::shared_ptr<Model> clone_model(const Model& model) {
    const std::shared_ptr<Model> clone = detail::model_of_node(serialize(model), "clone_model");
    if (model.compiled()) {
        CompileOptions options = *model.training_->options;
        options.optimizer = optimizers::Optimizer::from_config(options.optimizer->serialize());
        clone->compile(std::move(options));
    }
    return clone;
}

std::shared_ptr<Model> model_from_json(std::string_view json) {
    const Config node = Config::from_json(json);
    std::shared_ptr<Model> model = detail::model_of_node(node, "model_from_json");
    if (const Config* compiled = node.find("compile_config"); compiled && compiled->is_object())
        model->compile_from_config(*compiled);
    return model;
}

}  // namespace keratin
