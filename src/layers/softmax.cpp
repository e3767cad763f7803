#include <keratin/layers/softmax.hpp>

#include "layers/attention_mask.hpp"
#include "layers/axes.hpp"
#include "layers/checks.hpp"
#include "layers/config.hpp"

#include <keratin/autograd/tape.hpp>
#include <keratin/ops/elementwise.hpp>
#include <keratin/ops/nn/activation.hpp>

namespace keratin::layers {

Softmax::Softmax(OneOrMore<int> along, SoftmaxOptions given)
    : Layer(layer_options(given), "Softmax"), axis(std::move(along)), options(std::move(given)) {
    if (axis.values().empty()) fail<ValueError>("{}: axis is empty; name at least one axis", name());
}

void Softmax::build_variables(const Shape& input_shape) {
    compute_output_shape(input_shape);
}

Tensor Softmax::call(const Tensor& x) {
    require_floating(x, name());
    const std::vector<int> axes = axes_of(axis, x.shape(), name());
    if (x.mask().defined() && x.mask().rank() == x.rank()) {
        // What the mask leaves out gets 0, even where it leaves out everything.
        const Tensor kept = where(x.mask(), x, full({}, excluded_score(x.dtype()), x.dtype()));
        return call(kept) * cast(x.mask(), x.dtype());
    }
    if (axes.size() == 1) return nn::softmax(x, axes.front());
    const Tensor powers = exp(x - stop_gradient(reduce_max(x, Axes(axes), true)));
    return powers / reduce_sum(powers, Axes(axes), true);
}

Shape Softmax::compute_output_shape(const Shape& input) const {
    axes_of(axis, input, name());
    return input;
}

Config Softmax::get_config() const {
    Config config = base_config();
    config.set("axis", one_or_more_config(axis));
    return config;
}

std::shared_ptr<Layer> Softmax::from_config(const Config& config) {
    LayerReader reader(config, "Softmax");
    auto options = reader.options<SoftmaxOptions>();
    OneOrMore<int> axis = read_axes(reader);
    reader.finish();
    return std::make_shared<Softmax>(std::move(axis), std::move(options));
}

}  // namespace keratin::layers
