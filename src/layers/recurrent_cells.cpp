#include <keratin/layers/recurrent_cells.hpp>

#include "layers/checks.hpp"
#include "layers/noise.hpp"
#include "layers/recurrent_config.hpp"

#include <keratin/core/error.hpp>
#include <keratin/ops/elementwise.hpp>
#include <keratin/ops/matmul.hpp>
#include <keratin/ops/nn/normalization.hpp>
#include <keratin/ops/shaping.hpp>

namespace keratin::layers {
namespace {

template <class Options>
LayerOptions own_options(const Options& o) {
    return {.trainable = o.trainable, .dtype = o.dtype, .name = o.name};
}

/// The bias of an LSTM with ones for the forget gate, the second of four.
class ForgetBias final : public initializers::Initializer {
public:
    explicit ForgetBias(InitializerHandle others) : others_(std::move(others)) {}
    Tensor operator()(const Shape& shape, DType dtype) const override {
        const int64_t units = shape[0] / 4;
        return concat({(*others_)({units}, dtype), ones({units}, dtype), (*others_)({2 * units}, dtype)}, 0);
    }
    std::string class_name() const override { return "ForgetBias"; }

private:
    InitializerHandle others_;
};

InitializerHandle lstm_bias(const LSTMCellOptions& o) {
    if (!o.unit_forget_bias) return o.bias_initializer;
    return InitializerHandle(std::make_shared<ForgetBias>(o.bias_initializer));
}

}  // namespace

GatedCell::GatedCell(int64_t n, int64_t gates, size_t states, Common common, LayerOptions layer,
                     const char* class_name)
    : RNNCell(std::move(layer), class_name),
      units(n),
      seed_generator(seeded(*this, common.seed)),
      gates_(gates),
      states_(states),
      common_(std::move(common)) {
    if (units < 1) fail<ValueError>("{}: units is {}; it must be at least 1", name(), units);
    require_fraction(common_.dropout, "dropout", name());
    require_fraction(common_.recurrent_dropout, "recurrent_dropout", name());
}

void GatedCell::build_list_variables(const std::vector<Shape>& input_shapes) {
    const Shape& input = input_shapes.front();
    if (input.rank() < 2 || input.back() == Shape::unknown)
        fail<ShapeError>("{}: input has shape {}; (batch, features) is needed, with known features", name(),
                         input);
    add_weight(kernel, {.name = "kernel",
                        .shape = {input.back(), gates_ * units},
                        .initializer = common_.kernel_initializer,
                        .regularizer = common_.kernel_regularizer,
                        .constraint = common_.kernel_constraint});
    add_weight(recurrent_kernel, {.name = "recurrent_kernel",
                                  .shape = {units, gates_ * units},
                                  .initializer = common_.recurrent_initializer,
                                  .regularizer = common_.recurrent_regularizer,
                                  .constraint = common_.recurrent_constraint});
    if (common_.use_bias)
        add_weight(bias, {.name = "bias",
                          .shape = bias_shape(),
                          .initializer = common_.bias_initializer,
                          .regularizer = common_.bias_regularizer,
                          .constraint = common_.bias_constraint});
}

void GatedCell::own_variables(std::vector<Variable>& list) const {
    list.insert(list.end(), {kernel, recurrent_kernel, bias});
}

RNNCell::Masks GatedCell::draw_masks(int64_t batch, int64_t features) {
    Masks masks;
    if (!training()) return masks;
    const int64_t count = common_.recurrent_dropout > 0 ? gates_ : 1;
    const auto draw = [&](std::vector<Tensor>& list, double rate, int64_t extent) {
        for (int64_t i = 0; rate > 0 && i < count; ++i)
            list.push_back(nn::dropout(ones({batch, extent}, compute_dtype()), rate, seed_generator.next()));
    };
    draw(masks.input, common_.dropout, features);
    draw(masks.recurrent, common_.recurrent_dropout, units);
    return masks;
}

Tensor GatedCell::gate(const Tensor& all, int64_t index) const {
    std::vector<Slice> slices(static_cast<size_t>(all.rank()));
    slices.back() = Slice{index * units, (index + 1) * units};
    return slice(all, slices);
}

void GatedCell::require_features(int64_t features) const {
    if (features != Shape::unknown && kernel.built() && features != kernel.shape()[0])
        fail<ShapeError>(
            "{}: input has {} features, kernel was built for {} (kernel shape {}); give an input of shape "
            "(batch, .., {})",
            name(), features, kernel.shape()[0], kernel.shape(), kernel.shape()[0]);
}

Tensor GatedCell::project(const Tensor& x, const Masks& masks) {
    require_floating(x, name());
    require_features(x.shape().back());
    // Masks are (batch, features), the input may have an axis of time between.
    const auto masked = [&](const Tensor& mask) { return x * (x.rank() == 3 ? expand_dims(mask, 1) : mask); };
    Tensor y;
    if (masks.input.size() > 1) {
        std::vector<Tensor> gates;
        for (int64_t i = 0; i < gates_; ++i)
            gates.push_back(matmul(masked(masks.input[static_cast<size_t>(i)]), gate(kernel, i)));
        y = concat(gates, -1);
    } else {
        y = matmul(masks.input.empty() ? x : masked(masks.input.front()), kernel);
    }
    return common_.use_bias ? y + input_bias() : y;
}

Tensor GatedCell::recur(const Tensor& state, const Masks& masks) const {
    if (masks.recurrent.empty()) return matmul(state, recurrent_kernel);
    std::vector<Tensor> gates;
    for (int64_t i = 0; i < gates_; ++i) gates.push_back(recur(state, i, masks));
    return concat(gates, -1);
}

Tensor GatedCell::recur(const Tensor& state, int64_t index, const Masks& masks) const {
    const Tensor kept = masks.recurrent.empty() ? state : state * masks.recurrent[static_cast<size_t>(index)];
    return matmul(kept, gate(recurrent_kernel, index));
}

// -- SimpleRNNCell

SimpleRNNCell::SimpleRNNCell(int64_t n, SimpleRNNCellOptions o)
    : GatedCell(n, 1, 1,
                {o.kernel_initializer, o.recurrent_initializer, o.bias_initializer, o.kernel_regularizer,
                 o.recurrent_regularizer, o.bias_regularizer, o.kernel_constraint, o.recurrent_constraint,
                 o.bias_constraint, o.use_bias, o.dropout, o.recurrent_dropout, o.seed},
                own_options(o), "SimpleRNNCell"),
      options(std::move(o)) {}

std::vector<Tensor> SimpleRNNCell::step(const Tensor& x, const std::vector<Tensor>& states,
                                        const Masks& masks) {
    const Tensor h = options.activation(x + recur(states[0], masks));
    return {h, h};
}

Config SimpleRNNCell::get_config() const {
    Config config = base_config();
    set_recurrent_config(config, units, options, *this);
    return config;
}

template <class Cell, class Options>
static std::shared_ptr<Layer> read_cell(const Config& config, const char* class_name) {
    LayerReader reader(config, class_name);
    const Config& units = reader.require("units");
    Options options{.trainable = reader.flag("trainable", true),
                    .dtype = reader.policy(),
                    .name = reader.text("name", {})};
    read_recurrent_config(reader, options);
    reader.finish();
    return std::make_shared<Cell>(reader.at("units", [&] { return units.as_integer(); }), std::move(options));
}

std::shared_ptr<Layer> SimpleRNNCell::from_config(const Config& config) {
    return read_cell<SimpleRNNCell, SimpleRNNCellOptions>(config, "SimpleRNNCell");
}

// -- GRUCell

GRUCell::GRUCell(int64_t n, GRUCellOptions o)
    : GatedCell(n, 3, 1,
                {o.kernel_initializer, o.recurrent_initializer, o.bias_initializer, o.kernel_regularizer,
                 o.recurrent_regularizer, o.bias_regularizer, o.kernel_constraint, o.recurrent_constraint,
                 o.bias_constraint, o.use_bias, o.dropout, o.recurrent_dropout, o.seed},
                own_options(o), "GRUCell"),
      options(std::move(o)) {}

Shape GRUCell::bias_shape() const {
    return options.reset_after ? Shape{2, 3 * units} : Shape{3 * units};
}

Tensor GRUCell::input_bias() const {
    return options.reset_after ? squeeze(slice(bias, {{0, 1}}), 0) : bias.value();
}

std::vector<Tensor> GRUCell::step(const Tensor& x, const std::vector<Tensor>& states, const Masks& masks) {
    const Tensor& h = states[0];
    const auto& sigma = options.recurrent_activation;
    Tensor z, r, candidate;
    if (options.reset_after) {
        Tensor recurrent = recur(h, masks);
        if (options.use_bias) recurrent = recurrent + squeeze(slice(bias, {{1, 2}}), 0);
        z = sigma(gate(x, 0) + gate(recurrent, 0));
        r = sigma(gate(x, 1) + gate(recurrent, 1));
        candidate = options.activation(gate(x, 2) + r * gate(recurrent, 2));
    } else {
        z = sigma(gate(x, 0) + recur(h, 0, masks));
        r = sigma(gate(x, 1) + recur(h, 1, masks));
        candidate = options.activation(gate(x, 2) + recur(r * h, 2, masks));
    }
    const Tensor next = z * h + (1 - z) * candidate;
    return {next, next};
}

Config GRUCell::get_config() const {
    Config config = base_config();
    set_recurrent_config(config, units, options, *this);
    return config;
}

std::shared_ptr<Layer> GRUCell::from_config(const Config& config) {
    return read_cell<GRUCell, GRUCellOptions>(config, "GRUCell");
}

// -- LSTMCell

LSTMCell::LSTMCell(int64_t n, LSTMCellOptions o)
    : GatedCell(n, 4, 2,
                {o.kernel_initializer, o.recurrent_initializer, lstm_bias(o), o.kernel_regularizer,
                 o.recurrent_regularizer, o.bias_regularizer, o.kernel_constraint, o.recurrent_constraint,
                 o.bias_constraint, o.use_bias, o.dropout, o.recurrent_dropout, o.seed},
                own_options(o), "LSTMCell"),
      options(std::move(o)) {}

std::vector<Tensor> LSTMCell::step(const Tensor& x, const std::vector<Tensor>& states, const Masks& masks) {
    const Tensor all = x + recur(states[0], masks);
    const auto& sigma = options.recurrent_activation;
    const Tensor i = sigma(gate(all, 0)), f = sigma(gate(all, 1)), o = sigma(gate(all, 3));
    const Tensor c = f * states[1] + i * options.activation(gate(all, 2));
    const Tensor h = o * options.activation(c);
    return {h, h, c};
}

Config LSTMCell::get_config() const {
    Config config = base_config();
    set_recurrent_config(config, units, options, *this);
    return config;
}

std::shared_ptr<Layer> LSTMCell::from_config(const Config& config) {
    return read_cell<LSTMCell, LSTMCellOptions>(config, "LSTMCell");
}

}  // namespace keratin::layers
