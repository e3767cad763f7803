#include <keratin/layers/embedding.hpp>

#include "layers/config.hpp"

#include <keratin/core/error.hpp>
#include <keratin/ops/elementwise.hpp>
#include <keratin/ops/shaping.hpp>

namespace keratin::layers {

Embedding::Embedding(int64_t words, int64_t features, EmbeddingOptions given)
    : Layer(layer_options(given), "Embedding"),
      input_dim(words),
      output_dim(features),
      options(std::move(given)) {
    if (input_dim < 1) fail<ValueError>("{}: input_dim is {}; it must be at least 1", name(), input_dim);
    if (output_dim < 1) fail<ValueError>("{}: output_dim is {}; it must be at least 1", name(), output_dim);
}

void Embedding::build_variables(const Shape&) {
    add_weight(embeddings, {.name = "embeddings",
                            .shape = {input_dim, output_dim},
                            .initializer = options.embeddings_initializer,
                            .regularizer = options.embeddings_regularizer,
                            .constraint = options.embeddings_constraint,
                            .autocast = false});
}

void Embedding::own_variables(std::vector<Variable>& list) const {
    list.push_back(embeddings);
}

Tensor Embedding::call(const Tensor& x) {
    if (x.dtype() == bool_)
        fail<DTypeError>("{}: input is bool; numbers in [0, {}) are needed", name(), input_dim);
    compute_output_shape(x.shape());
    const bool whole = x.dtype() == int32 || x.dtype() == int64;
    return cast(gather(embeddings, whole ? x : cast(x, int32)), compute_dtype());
}

Shape Embedding::compute_output_shape(const Shape& input) const {
    return input + Shape{output_dim};
}

std::vector<Tensor> Embedding::compute_mask(const std::vector<Tensor>& inputs,
                                            const std::vector<Tensor>&) const {
    return {inputs.front() != 0};
}

Config Embedding::get_config() const {
    Config config = base_config();
    config.set("input_dim", input_dim);
    config.set("output_dim", output_dim);
    config.set("embeddings_initializer", node_of(options.embeddings_initializer));
    config.set("embeddings_regularizer", node_of(options.embeddings_regularizer));
    config.set("activity_regularizer", node_of(options.activity_regularizer));
    config.set("embeddings_constraint", node_of(options.embeddings_constraint));
    config.set("mask_zero", options.mask_zero);
    config.set("quantization_config", nullptr);
    return config;
}

std::shared_ptr<Layer> Embedding::from_config(const Config& config) {
    LayerReader reader(config, "Embedding");
    const Config& words = reader.require("input_dim");
    const Config& features = reader.require("output_dim");
    auto options = reader.options<EmbeddingOptions>();
    options.embeddings_initializer = reader.initializer("embeddings_initializer", "uniform");
    options.embeddings_regularizer = reader.regularizer("embeddings_regularizer");
    options.embeddings_constraint = reader.constraint("embeddings_constraint");
    options.mask_zero = reader.flag("mask_zero", false);
    reader.finish();
    return std::make_shared<Embedding>(reader.at("input_dim", [&] { return words.as_integer(); }),
                                       reader.at("output_dim", [&] { return features.as_integer(); }),
                                       std::move(options));
}

}  // namespace keratin::layers
