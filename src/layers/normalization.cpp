#include <keratin/layers/normalization.hpp>

#include "layers/axes.hpp"
#include "layers/config.hpp"

#include <keratin/autograd/tape.hpp>
#include <keratin/ops/elementwise.hpp>

namespace keratin::layers {
namespace {

/// Nested lists, as NumPy's tolist(); null for an undefined tensor.
Config nested(const Tensor& x) {
    if (!x.defined()) return {};
    if (x.rank() == 0) return x.item<double>();
    Config list = Config::List{};
    for (int64_t i = 0; i < x.shape()[0]; ++i)
        list.append(nested(reshape(slice(x, {{i, i + 1}}), x.shape().slice(1, x.rank()))));
    return list;
}

Tensor read_nested(const Config& node) {
    if (!node.is_list()) return Tensor::scalar(node.as_number(), float64);
    std::vector<Tensor> rows;
    for (const Config& row : node.as_list()) rows.push_back(read_nested(row));
    return rows.empty() ? zeros({0}, float64) : stack(rows);
}

}  // namespace

Normalization::Normalization(NormalizationOptions given)
    : Layer(layer_options(given), "Normalization"), options(std::move(given)) {
    if (options.mean.defined() != options.variance.defined())
        fail<ValueError>("{}: only {} is given; give mean and variance, or neither and call adapt()", name(),
                         options.mean.defined() ? "mean" : "variance");
    if (!options.mean.defined()) return;
    if (options.mean.shape() != options.variance.shape())
        fail<ShapeError>("{}: mean has shape {}, variance {}; give both the same", name(),
                         options.mean.shape(), options.variance.shape());
    if (options.mean.rank() > static_cast<int>(options.axis.values().size()))
        fail<ShapeError>(
            "{}: mean has shape {}, whose rank is above the number of axes, {}; name an axis for "
            "each of its own",
            name(), options.mean.shape(), options.axis.values().size());
}

std::vector<int> Normalization::checked_axes(const Shape& input) const {
    std::vector<int> axes = axes_of(options.axis, input, name());
    require_extents(mean, axes, input, name());
    if (!options.mean.defined()) return axes;
    const Shape& given = options.mean.shape();
    for (int i = 1; i <= given.rank(); ++i) {
        const int axis = axes[axes.size() - static_cast<size_t>(i)];
        if (given[-i] != 1 && given[-i] != input[axis])
            fail<ShapeError>(
                "{}: mean has shape {}, which does not fit extents {} of input {} along its axes; "
                "give 1 or the input's extent for each",
                name(), given, extents_of(axes, input), input);
    }
    return axes;
}

void Normalization::build_variables(const Shape& input_shape) {
    const Shape shape = extents_of(checked_axes(input_shape), input_shape);
    if (options.mean.defined()) return;
    add_weight(mean, {.name = "mean", .shape = shape, .initializer = "zeros", .trainable = false});
    add_weight(variance, {.name = "variance", .shape = shape, .initializer = "ones", .trainable = false});
    add_weight(count, {.name = "count", .initializer = "zeros", .trainable = false, .dtype = int64});
}

void Normalization::own_variables(std::vector<Variable>& list) const {
    list.insert(list.end(), {mean, variance, count});
}

void Normalization::adapt(const Tensor& data) {
    if (options.mean.defined())
        fail<ValueError>("{}: mean and variance were given, there is nothing to adapt; leave them out",
                         name());
    if (!data.defined() || data.size() == 0)
        fail<ValueError>("{}: adapt() got no data; give it at least one sample", name());
    build(data.shape());
    const std::vector<int> kept = checked_axes(data.shape());
    std::vector<int> reduced;
    for (int axis = 0; axis < data.rank(); ++axis)
        if (std::find(kept.begin(), kept.end(), axis) == kept.end()) reduced.push_back(axis);
    const NoGradient pause;
    const Tensor wide = cast(data, float64);
    mean.assign(cast(reduced.empty() ? wide : reduce_mean(wide, Axes(reduced)), dtype()));
    variance.assign(cast(reduced.empty() ? zeros_like(wide) : reduce_variance(wide, Axes(reduced)), dtype()));
}

/// So shaped that it broadcasts against the input; given ones are aligned from the last axis.
Tensor Normalization::statistic(const Tensor& given, const Variable& learned, const Shape& input) const {
    const std::vector<int> axes = checked_axes(input);
    if (!given.defined()) return spread(learned, axes, input);
    Shape shape = input;
    for (int axis = 0; axis < input.rank(); ++axis) shape = shape.with(axis, 1);
    for (int i = 1; i <= given.rank(); ++i)
        shape = shape.with(axes[axes.size() - static_cast<size_t>(i)], given.shape()[-i]);
    return reshape(cast(given, compute_dtype()), shape);
}

Tensor Normalization::call(const Tensor& given) {
    const Tensor x = given.dtype() == compute_dtype() ? given : cast(given, compute_dtype());
    constexpr double smallest = 1e-7;
    const Tensor center = statistic(options.mean, mean, x.shape());
    const Tensor deviation = maximum(sqrt(statistic(options.variance, variance, x.shape())), smallest);
    return options.invert ? center + x * deviation : (x - center) / deviation;
}

Shape Normalization::compute_output_shape(const Shape& input) const {
    checked_axes(input);
    return input;
}

Config Normalization::get_config() const {
    Config config = base_config();
    config.set("axis", list_config(options.axis.values()));
    config.set("invert", options.invert);
    config.set("mean", nested(options.mean));
    config.set("variance", nested(options.variance));
    return config;
}

std::shared_ptr<Layer> Normalization::from_config(const Config& config) {
    LayerReader reader(config, "Normalization");
    auto options = reader.options<NormalizationOptions>();
    options.axis = read_axes(reader);
    const Config* axis = config.is_object() ? config.find("axis") : nullptr;
    if (axis && axis->is_null()) options.axis = std::vector<int>{};
    if (const Config* mean = reader.find("mean"))
        options.mean = reader.at("mean", [&] { return read_nested(*mean); });
    if (const Config* variance = reader.find("variance"))
        options.variance = reader.at("variance", [&] { return read_nested(*variance); });
    options.invert = reader.flag("invert", false);
    reader.finish();
    return std::make_shared<Normalization>(std::move(options));
}

}  // namespace keratin::layers
