#include "layers/builtin.hpp"

#include <keratin/core/error.hpp>
#include <keratin/io/saving.hpp>

namespace keratin {
namespace {

const detail::StandIn entry({typeid(LoadedModel), [](const Layer& layer) -> std::shared_ptr<Layer> {
                                 return static_cast<const LoadedModel&>(layer).pointer();
                             }});

}  // namespace

/// The base shares the model's state, as a copy of it does; what its class overrides is forwarded.
LoadedModel::LoadedModel(std::shared_ptr<Model> model) : Model(*model), model_(std::move(model)) {}

std::vector<Tensor> LoadedModel::call_list(const std::vector<Tensor>& inputs) {
    return model_->call_list(inputs);
}

std::vector<Shape> LoadedModel::compute_output_shapes(const std::vector<Shape>& inputs) const {
    return model_->compute_output_shapes(inputs);
}

DType LoadedModel::compute_output_dtype(const std::vector<DType>& inputs) const {
    return model_->compute_output_dtype(inputs);
}

std::vector<Tensor> LoadedModel::compute_mask(const std::vector<Tensor>& inputs,
                                              const std::vector<Tensor>& outputs) const {
    return model_->compute_mask(inputs, outputs);
}

void LoadedModel::wrong_class() const {
    fail<ValueError>("{}: as() was asked for another class; the model is a {}", name(), class_name());
}

}  // namespace keratin
