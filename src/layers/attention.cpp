#include <keratin/layers/attention.hpp>

#include "layers/attention_mask.hpp"
#include "layers/checks.hpp"
#include "layers/config.hpp"
#include "layers/noise.hpp"

#include <keratin/core/error.hpp>
#include <keratin/ops/matmul.hpp>
#include <keratin/ops/nn/activation.hpp>
#include <keratin/ops/nn/normalization.hpp>
#include <keratin/ops/reduce.hpp>

#include <fmt/ranges.h>

namespace keratin::layers {
namespace {

/// Every query beside every key: (batch, Tq, 1, dim) + (batch, 1, Tv, dim).
Tensor pairs(const Tensor& query, const Tensor& key) {
    return expand_dims(query, -2) + expand_dims(key, -3);
}

AttentionOptions general(const AdditiveAttentionOptions& o) {
    return {.use_scale = o.use_scale,
            .dropout = o.dropout,
            .seed = o.seed,
            .activity_regularizer = o.activity_regularizer,
            .trainable = o.trainable,
            .dtype = o.dtype,
            .name = o.name};
}

}  // namespace

Attention::Attention(AttentionOptions given, const char* class_name)
    : ListLayer(layer_options(given), class_name),
      options(std::move(given)),
      seed_generator(seeded(*this, options.seed)),
      class_name_(class_name) {
    require_fraction(options.dropout, "dropout", name());
}

Attention::Attention(AttentionOptions given) : Attention(std::move(given), "Attention") {}

void Attention::check_inputs(const std::vector<Shape>& inputs) const {
    if (inputs.size() != 2 && inputs.size() != 3)
        fail<ValueError>("{}: it takes query and value, or query, value and key; it got {} inputs", name(),
                         inputs.size());
    for (const Shape& input : inputs)
        if (input.rank() != 3)
            fail<ShapeError>("{}: inputs have shapes {}; (batch, time, dim) is needed", name(),
                             fmt::join(inputs, ", "));
    const Shape &query = inputs[0], &value = inputs[1], &key = inputs.back();
    const auto differ = [](int64_t a, int64_t b) {
        return a != b && a != Shape::unknown && b != Shape::unknown;
    };
    if (differ(query[2], key[2]) || differ(value[1], key[1]))
        fail<ShapeError>(
            "{}: inputs of shapes {} do not go together; query and key need one dim, value and key "
            "one length",
            name(), fmt::join(inputs, ", "));
}

void Attention::build_list_variables(const std::vector<Shape>& input_shapes) {
    check_inputs(input_shapes);
    if (options.use_scale) add_weight(scale, {.name = "scale", .initializer = "ones"});
    if (options.score_mode.is("concat"))
        add_weight(concat_score_weight, {.name = "concat_score_weight", .initializer = "ones"});
}

void Attention::own_variables(std::vector<Variable>& list) const {
    list.insert(list.end(), {scale, concat_score_weight});
}

Tensor Attention::scores(const Tensor& query, const Tensor& key) const {
    if (options.score_mode.is("dot")) {
        const Tensor products = matmul(query, key, {.transpose_b = true});
        return options.use_scale ? products * scale : products;
    }
    const Tensor sums = pairs(query, key);
    return reduce_sum(tanh(options.use_scale ? sums * scale : sums), {-1}) * concat_score_weight;
}

std::vector<Tensor> Attention::call_list(const std::vector<Tensor>& inputs) {
    check_inputs([&] {
        std::vector<Shape> shapes;
        for (const Tensor& x : inputs) shapes.push_back(x.shape());
        return shapes;
    }());
    const Tensor &query = inputs[0], &value = inputs[1], &key = inputs.back();
    require_floating(query, name());
    Tensor score = scores(query, key);
    Tensor mask = value.mask().defined() ? expand_dims(value.mask(), 1) : Tensor();
    if (call_flag("use_causal_mask")) mask = both(mask, causal_mask(query.shape()[1], key.shape()[1]));
    if (mask.defined()) score = where(mask, score, score - (score.dtype() == float16 ? 65504.0 : 1e9));
    const Tensor softmaxed = nn::softmax(score);
    const bool drops = training() && options.dropout > 0;
    const Tensor weights = drops ? nn::dropout(softmaxed, options.dropout, seed_generator.next()) : softmaxed;
    Tensor output = matmul(weights, value);
    if (query.mask().defined())
        output = where(expand_dims(query.mask(), -1), output, zeros({}, output.dtype()));
    if (call_flag("return_attention_scores")) return {output, weights};
    return {output};
}

std::vector<Shape> Attention::compute_output_shapes(const std::vector<Shape>& inputs) const {
    check_inputs(inputs);
    const Shape output = inputs[0].with(-1, inputs[1].back());
    if (call_flag("return_attention_scores")) return {output, inputs[0].with(-1, inputs.back()[1])};
    return {output};
}

Config Attention::get_config() const {
    Config config = base_config();
    config.set("use_scale", options.use_scale);
    config.set("score_mode", options.score_mode.text());
    config.set("dropout", options.dropout);
    config.set("seed", options.seed ? Config(*options.seed) : Config());
    return config;
}

std::shared_ptr<Layer> Attention::from_config(const Config& config) {
    LayerReader reader(config, "Attention");
    auto options = reader.options<AttentionOptions>();
    options.use_scale = reader.flag("use_scale", false);
    options.score_mode = reader.word<ScoreMode>("score_mode", "dot");
    options.dropout = reader.number("dropout", 0.0);
    options.seed = reader.seed();
    reader.finish();
    return std::make_shared<Attention>(std::move(options));
}

AdditiveAttention::AdditiveAttention(AdditiveAttentionOptions given)
    : Attention(general(given), "AdditiveAttention") {}

void AdditiveAttention::build_list_variables(const std::vector<Shape>& input_shapes) {
    check_inputs(input_shapes);
    if (options.use_scale) add_weight(scale, {.name = "scale", .shape = {input_shapes[0].back()}});
}

Tensor AdditiveAttention::scores(const Tensor& query, const Tensor& key) const {
    const Tensor sums = tanh(pairs(query, key));
    return reduce_sum(options.use_scale ? sums * scale : sums, {-1});
}

Config AdditiveAttention::get_config() const {
    Config config = base_config();
    config.set("use_scale", options.use_scale);
    config.set("dropout", options.dropout);
    config.set("seed", options.seed ? Config(*options.seed) : Config());
    return config;
}

std::shared_ptr<Layer> AdditiveAttention::from_config(const Config& config) {
    LayerReader reader(config, "AdditiveAttention");
    auto options = reader.options<AdditiveAttentionOptions>();
    options.use_scale = reader.flag("use_scale", true);
    options.dropout = reader.number("dropout", 0.0);
    options.seed = reader.seed();
    reader.finish();
    return std::make_shared<AdditiveAttention>(std::move(options));
}

}  // namespace keratin::layers
