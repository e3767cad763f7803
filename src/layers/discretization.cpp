#include <keratin/layers/discretization.hpp>

#include "layers/axes.hpp"
#include "layers/config.hpp"
#include "layers/encoding.hpp"

#include <keratin/ops/elementwise.hpp>

#include <algorithm>
#include <cmath>

namespace keratin::layers {
namespace {

/// A sketch of data: values that stand for so many numbers each, in Keras's arithmetic.
struct Summary {
    std::vector<float> values, weights;
};

Summary summarize(std::vector<float> data, double epsilon) {
    std::sort(data.begin(), data.end());
    const double step = std::max(static_cast<double>(data.size()) / (1 / epsilon), 1.0);
    Summary summary;
    for (auto i = static_cast<size_t>(step - 1); i < data.size(); i += static_cast<size_t>(step)) {
        summary.values.push_back(data[i]);
        summary.weights.push_back(static_cast<float>(step));
    }
    return summary;
}

/// numpy.interp.
double interpolated(double x, const std::vector<float>& xs, const std::vector<float>& ys) {
    if (x < static_cast<double>(xs.front())) return static_cast<double>(ys.front());
    if (x >= static_cast<double>(xs.back())) return static_cast<double>(ys.back());
    const auto after =
        static_cast<size_t>(std::upper_bound(xs.begin(), xs.end(), x,
                                             [](double a, float b) { return a < static_cast<double>(b); }) -
                            xs.begin());
    const double x0 = static_cast<double>(xs[after - 1]), y0 = static_cast<double>(ys[after - 1]);
    const double slope = (static_cast<double>(ys[after]) - y0) / (static_cast<double>(xs[after]) - x0);
    return slope * (x - x0) + y0;
}

/// Fewer values, each standing for a share epsilon of the data.
Summary compressed(const Summary& summary, double epsilon) {
    if (static_cast<double>(summary.values.size()) * epsilon < 1) return summary;
    std::vector<float> sums;
    float sum = 0;
    for (const float weight : summary.weights) sums.push_back(sum += weight);
    std::vector<float> shares;
    for (const float part : sums) shares.push_back(part / sum);
    Summary result;
    double before = 0;
    const auto count = static_cast<int64_t>(std::ceil(1 / epsilon));
    for (int64_t i = 0; i < count; ++i) {
        const double share = epsilon + static_cast<double>(i) * epsilon;
        const double until = interpolated(share, shares, sums);
        result.values.push_back(static_cast<float>(interpolated(share, shares, summary.values)));
        result.weights.push_back(static_cast<float>(until - before));
        before = until;
    }
    return result;
}

}  // namespace

Discretization::Discretization(DiscretizationOptions given)
    : Layer(layer_options(given), "Discretization"),
      options(std::move(given)),
      boundaries_(std::make_shared<std::vector<double>>(options.bin_boundaries)),
      known_(std::make_shared<bool>(!options.bin_boundaries.empty())) {
    if (options.bin_boundaries.empty() != options.num_bins.has_value())
        fail<ValueError>("{}: {} of bin_boundaries and num_bins is given; give one of them", name(),
                         options.num_bins ? "each" : "none");
    if (!std::is_sorted(boundaries_->begin(), boundaries_->end()))
        fail<ValueError>("{}: bin_boundaries do not ascend; sort them", name());
    if (options.num_bins.value_or(1) < 1)
        fail<ValueError>("{}: num_bins is {}; it must be positive", name(), *options.num_bins);
    if (!(options.epsilon > 0 && options.epsilon <= 1))
        fail<ValueError>("{}: epsilon is {}; it must be within (0, 1]", name(), options.epsilon);
}

void Discretization::build_variables(const Shape&) {}

int64_t Discretization::depth() const {
    return *known_ ? static_cast<int64_t>(boundaries_->size()) + 1 : *options.num_bins;
}

void Discretization::adapt(const Tensor& data) {
    if (!options.num_bins)
        fail<ValueError>("{}: bin_boundaries were given, there is nothing to adapt; give num_bins instead",
                         name());
    if (!data.defined() || data.size() == 0)
        fail<ValueError>("{}: adapt() got no data; give it at least one number", name());
    const Tensor numbers = convert(data, float32);
    const auto values = numbers.data<float>();
    const Summary all =
        compressed(summarize({values.begin(), values.end()}, options.epsilon), options.epsilon);
    const Summary bins = compressed(all, 1.0 / static_cast<double>(*options.num_bins));
    boundaries_->assign(bins.values.begin(), bins.values.end() - 1);
    *known_ = true;
}

Tensor Discretization::call(const Tensor& x) {
    if (!*known_)
        fail<ValueError>("{}: it has no boundaries yet; call adapt() first, or give bin_boundaries", name());
    const std::vector<float> bounds(boundaries_->begin(), boundaries_->end());
    Tensor bins = Tensor::empty(x.shape(), int64);
    const Tensor wide = convert(x, float64);
    const auto from = wide.data<double>();
    const auto to = bins.mutable_data<int64_t>();
    for (size_t i = 0; i < from.size(); ++i)
        to[i] = std::upper_bound(bounds.begin(), bounds.end(), from[i],
                                 [](double a, float b) { return a < static_cast<double>(b); }) -
                bounds.begin();
    return encoded(bins, options.output_mode.text(), depth(), compute_output_dtype({x.dtype()}));
}

Shape Discretization::compute_output_shape(const Shape& input) const {
    return encoded_shape(input, options.output_mode.text(), depth());
}

DType Discretization::compute_output_dtype(const std::vector<DType>&) const {
    return options.output_mode.is("int") ? int32 : compute_dtype();
}

/// Keras's has the dtype's name, and no trainable.
Config Discretization::get_config() const {
    Config config = Config::object({{"bin_boundaries", *known_ ? list_config(*boundaries_) : Config()},
                                    {"num_bins", options.num_bins ? Config(*options.num_bins) : Config()},
                                    {"epsilon", options.epsilon},
                                    {"output_mode", options.output_mode.text()},
                                    {"sparse", false},
                                    {"name", name()},
                                    {"dtype", dtype_policy().name()}});
    if (!trainable) config.set("trainable", false);
    return config;
}

std::shared_ptr<Layer> Discretization::from_config(const Config& config) {
    LayerReader reader(config, "Discretization");
    auto options = reader.options<DiscretizationOptions>();
    std::optional<std::vector<double>> boundaries;
    if (const Config* bounds = reader.find("bin_boundaries"))
        boundaries = reader.at("bin_boundaries", [&] { return read_numbers(*bounds); });
    reader.read("num_bins", options.num_bins);
    options.epsilon = reader.number("epsilon", 0.01);
    options.output_mode = reader.word<BinMode>("output_mode", "int");
    reader.only("sparse", false);
    reader.finish();
    if (!options.num_bins && boundaries) options.bin_boundaries = *boundaries;
    auto layer = std::make_shared<Discretization>(std::move(options));
    // What adapt() found stands beside the number of bins that it was asked for.
    if (boundaries) {
        *layer->boundaries_ = *boundaries;
        *layer->known_ = true;
    }
    return layer;
}

}  // namespace keratin::layers
