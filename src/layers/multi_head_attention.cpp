#include <keratin/layers/multi_head_attention.hpp>

#include "layers/attention_mask.hpp"
#include "layers/axes.hpp"
#include "layers/checks.hpp"
#include "layers/config.hpp"
#include "layers/layer_state.hpp"
#include "layers/noise.hpp"

#include <keratin/core/error.hpp>
#include <keratin/layers/einsum_dense.hpp>
#include <keratin/ops/matmul.hpp>
#include <keratin/ops/nn/activation.hpp>
#include <keratin/ops/nn/normalization.hpp>

#include <fmt/ranges.h>

#include <algorithm>
#include <cmath>

namespace keratin::layers {

namespace {

/// Features to heads, as one kernel and one bias.
std::shared_ptr<EinsumDense> projection(const MultiHeadAttentionOptions& o, const char* name,
                                        const char* equation, const Shape& results, const char* bias_axes) {
    return std::make_shared<EinsumDense>(equation, results,
                                         EinsumDenseOptions{.bias_axes = o.use_bias ? bias_axes : "",
                                                            .kernel_initializer = o.kernel_initializer,
                                                            .bias_initializer = o.bias_initializer,
                                                            .kernel_regularizer = o.kernel_regularizer,
                                                            .bias_regularizer = o.bias_regularizer,
                                                            .kernel_constraint = o.kernel_constraint,
                                                            .bias_constraint = o.bias_constraint,
                                                            .trainable = o.trainable,
                                                            .dtype = o.dtype,
                                                            .name = name});
}

/// Where the axes of (batch, .., features) go: those that are attended over in the middle, the others to the
/// front.
struct Axes {
    std::vector<int> batch, attended;

    Axes(int rank, const std::vector<int>& wanted, const std::string& name) {
        const Shape any(std::vector<int64_t>(static_cast<size_t>(rank), 1));
        for (const int axis : wanted) attended.push_back(any.normalize_axis(axis, name.c_str()));
        for (int axis = 1; wanted.empty() && axis + 1 < rank; ++axis) attended.push_back(axis);
        for (int axis = 0; axis + 1 < rank; ++axis)
            if (std::find(attended.begin(), attended.end(), axis) == attended.end()) batch.push_back(axis);
    }
    /// (batch.., attended.., heads, dim) as (batch, heads, positions, dim).
    Tensor gather(const Tensor& x) const {
        const int heads = x.rank() - 2, dim = x.rank() - 1;
        std::vector<int> order = batch;
        order.push_back(heads);
        order.insert(order.end(), attended.begin(), attended.end());
        order.push_back(dim);
        return reshape(transpose(x, order), {extent(x.shape(), batch), x.shape()[heads],
                                             extent(x.shape(), attended), x.shape()[dim]});
    }
    /// The way back, to the shape of x but for the last extent.
    Tensor scatter(const Tensor& y, const Shape& x) const {
        Shape apart;
        std::vector<int> order = batch;
        const int heads = x.rank() - 2, dim = x.rank() - 1;
        order.push_back(heads);
        order.insert(order.end(), attended.begin(), attended.end());
        order.push_back(dim);
        for (const int axis : order) apart = apart + Shape{axis == dim ? y.shape().back() : x[axis]};
        std::vector<int> back(order.size());
        for (size_t i = 0; i < order.size(); ++i) back[static_cast<size_t>(order[i])] = static_cast<int>(i);
        return transpose(reshape(y, apart), back);
    }
    static int64_t extent(const Shape& shape, const std::vector<int>& axes) {
        int64_t size = 1;
        for (const int axis : axes) size *= shape[axis];
        return size;
    }
};

}  // namespace

MultiHeadAttention::MultiHeadAttention(int64_t heads, MultiHeadAttentionOptions given)
    : ListLayer(layer_options(given), "MultiHeadAttention"),
      num_heads(heads),
      options(std::move(given)),
      seed_generator(seeded(*this, options.seed)) {
    const int64_t key_dim = options.key_dim, value_dim = options.value_dim.value_or(key_dim);
    if (num_heads < 1 || key_dim < 1 || value_dim < 1)
        fail<ValueError>("{}: num_heads is {}, key_dim {}, value_dim {}; all must be at least 1", name(),
                         num_heads, key_dim, value_dim);
    require_fraction(options.dropout, "dropout", name());
    const auto heads_of = [&](const char* which, int64_t dim) {
        return projection(options, which, "...a,abc->...bc", {num_heads, dim}, "bc");
    };
    query_ = heads_of("query", key_dim);
    key_ = heads_of("key", key_dim);
    value_ = heads_of("value", value_dim);
    const Shape results =
        options.output_shape.value_or(Shape{1});  // else the query's features, when they are known
    const std::string axes = std::string("defghijk").substr(0, static_cast<size_t>(results.rank()));
    output_ = projection(options, "attention_output", ("...bc,bc" + axes + "->..." + axes).c_str(), results,
                         axes.c_str());
    query_kernel = query_->kernel, query_bias = query_->bias;
    key_kernel = key_->kernel, key_bias = key_->bias;
    value_kernel = value_->kernel, value_bias = value_->bias;
    output_kernel = output_->kernel, output_bias = output_->bias;
}

void MultiHeadAttention::check_inputs(const std::vector<Shape>& inputs) const {
    if (inputs.size() < 2 || inputs.size() > 4)
        fail<ValueError>(
            "{}: it takes query and value, then key and attention_mask if there are any; it got {} inputs",
            name(), inputs.size());
    const Shape &value = inputs[1], &key = inputs.size() > 2 ? inputs[2] : inputs[1];
    if (inputs[0].rank() < 3 || value.rank() != inputs[0].rank() || key.rank() != value.rank())
        fail<ShapeError>("{}: inputs have shapes {}; (batch, time, features) of one rank is needed", name(),
                         fmt::join(inputs, ", "));
    for (int axis = 1; axis + 1 < value.rank(); ++axis)
        if (value[axis] != key[axis] && value[axis] != Shape::unknown && key[axis] != Shape::unknown)
            fail<ShapeError>("{}: value and key have shapes {} and {}; all but the features must agree",
                             name(), value, key);
}

void MultiHeadAttention::build_list_variables(const std::vector<Shape>& input_shapes) {
    check_inputs(input_shapes);
    const Shape& query = input_shapes[0];
    query_->build(query);
    key_->build(input_shapes.size() > 2 ? input_shapes[2] : input_shapes[1]);
    value_->build(input_shapes[1]);
    if (!options.output_shape) output_->output_shape = Shape{query.back()};
    output_->build(query.slice(0, query.rank() - 1) +
                   Shape{num_heads, options.value_dim.value_or(options.key_dim)});
}

std::vector<std::shared_ptr<detail::LayerState>> MultiHeadAttention::inner_states() const {
    std::vector<std::shared_ptr<detail::LayerState>> states;
    for (const auto& projection : {query_, key_, value_, output_})
        states.push_back(detail::LayerState::refreshed(*projection));
    return states;
}

Tensor MultiHeadAttention::allowed(const std::vector<Tensor>& inputs) const {
    const Tensor &query = inputs[0], &value = inputs[1], &key = inputs.size() > 2 ? inputs[2] : inputs[1];
    Tensor mask = inputs.size() > 3 ? cast(inputs[3], bool_) : Tensor();
    if (query.mask().defined()) mask = both(mask, expand_dims(query.mask(), -1));
    if (value.mask().defined()) mask = both(mask, expand_dims(value.mask(), -2));
    if (inputs.size() > 2 && key.mask().defined() && !key.same_buffer(value))
        mask = both(mask, expand_dims(key.mask(), -2));
    if (call_flag("use_causal_mask")) mask = both(mask, causal_mask(query.shape()[1], value.shape()[1]));
    return mask;
}

std::vector<Tensor> MultiHeadAttention::call_list(const std::vector<Tensor>& inputs) {
    std::vector<Shape> shapes;
    for (const Tensor& x : inputs) shapes.push_back(x.shape());
    check_inputs(shapes);
    const Tensor &query = inputs[0], &value = inputs[1], &key = inputs.size() > 2 ? inputs[2] : inputs[1];
    require_floating(query, name());
    const Axes axes(query.rank(), options.attention_axes, name());
    const Tensor projected = (*query_)(query);
    const Tensor q = axes.gather(projected * (1.0 / std::sqrt(static_cast<double>(options.key_dim))));
    const Tensor k = axes.gather((*key_)(key)), v = axes.gather((*value_)(value));
    Tensor scores = matmul(q, k, {.transpose_b = true});
    Tensor mask = allowed(inputs);
    if (mask.defined()) {
        if (mask.rank() == 3) mask = expand_dims(mask, 1);  // for all heads
        scores = where(mask, scores, full({}, excluded_score(scores.dtype()), scores.dtype()));
    }
    Tensor weights = nn::softmax(scores);
    // A query that may look nowhere gets nothing, or the mean: as Keras has it, whose fused path does not
    // zero.
    const bool returned = call_flag("return_attention_scores");
    if (mask.defined() && (returned || options.dropout > 0 || query.rank() != 3))
        weights = weights * cast(mask, weights.dtype());
    const bool drops = training() && options.dropout > 0;
    const Tensor kept = drops ? nn::dropout(weights, options.dropout, seed_generator.next()) : weights;
    const Tensor output = (*output_)(axes.scatter(matmul(kept, v), projected.shape()));
    if (!returned) return {output};
    return {output, reshape(weights, score_shape(shapes))};
}

std::vector<Shape> MultiHeadAttention::compute_output_shapes(const std::vector<Shape>& inputs) const {
    check_inputs(inputs);
    const Shape& query = inputs[0];
    std::vector<Shape> shapes = {query.slice(0, query.rank() - 1) +
                                 options.output_shape.value_or(Shape{query.back()})};
    if (call_flag("return_attention_scores")) shapes.push_back(score_shape(inputs));
    return shapes;
}

Shape MultiHeadAttention::score_shape(const std::vector<Shape>& inputs) const {
    const Axes axes(inputs[0].rank(), options.attention_axes, name());
    Shape scores;
    for (const int axis : axes.batch) scores = scores + Shape{inputs[0][axis]};
    scores = scores + Shape{num_heads};
    for (const Shape* of : {&inputs[0], &inputs[1]})
        for (const int axis : axes.attended) scores = scores + Shape{(*of)[axis]};
    return scores;
}

Config MultiHeadAttention::get_config() const {
    Config config = base_config();
    config.set("num_heads", num_heads);
    config.set("key_dim", options.key_dim);
    config.set("value_dim", options.value_dim.value_or(options.key_dim));
    config.set("dropout", options.dropout);
    config.set("use_bias", options.use_bias);
    config.set("use_gate", false);
    config.set("output_shape", options.output_shape ? Config(*options.output_shape) : Config());
    config.set("attention_axes",
               options.attention_axes.empty() ? Config() : list_config(options.attention_axes));
    config.set("sliding_window", nullptr);
    config.set("kernel_initializer", node_of(options.kernel_initializer));
    config.set("bias_initializer", node_of(options.bias_initializer));
    config.set("kernel_regularizer", node_of(options.kernel_regularizer));
    config.set("bias_regularizer", node_of(options.bias_regularizer));
    config.set("activity_regularizer", node_of(options.activity_regularizer));
    config.set("kernel_constraint", node_of(options.kernel_constraint));
    config.set("bias_constraint", node_of(options.bias_constraint));
    config.set("seed", options.seed ? Config(*options.seed) : Config());
    return config;
}

std::shared_ptr<Layer> MultiHeadAttention::from_config(const Config& config) {
    LayerReader reader(config, "MultiHeadAttention");
    const int64_t heads = reader.require("num_heads").as_integer();
    auto options =
        reader.with_base(MultiHeadAttentionOptions{.key_dim = reader.require("key_dim").as_integer()});
    reader.read("value_dim", options.value_dim);
    options.dropout = reader.number("dropout", 0.0);
    options.use_bias = reader.flag("use_bias", true);
    reader.only("use_gate", false);
    if (const Config* shape = reader.find("output_shape"))
        options.output_shape = shape->is_list() ? shape->as_shape() : Shape{shape->as_integer()};
    if (const Config* axes = reader.find("attention_axes"))
        options.attention_axes = reader.at("attention_axes", [&] { return read_integers(*axes); });
    options.kernel_initializer = reader.initializer("kernel_initializer", "glorot_uniform");
    options.bias_initializer = reader.initializer("bias_initializer", "zeros");
    options.kernel_regularizer = reader.regularizer("kernel_regularizer");
    options.bias_regularizer = reader.regularizer("bias_regularizer");
    options.kernel_constraint = reader.constraint("kernel_constraint");
    options.bias_constraint = reader.constraint("bias_constraint");
    options.seed = reader.seed();
    reader.finish();
    return std::make_shared<MultiHeadAttention>(heads, std::move(options));
}

}  // namespace keratin::layers
