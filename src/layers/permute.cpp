#include <keratin/layers/permute.hpp>

#include "layers/checks.hpp"
#include "layers/pairs.hpp"

#include <keratin/core/error.hpp>
#include <keratin/ops/shaping.hpp>

#include <fmt/ranges.h>

#include <algorithm>

namespace keratin::layers {

Permute::Permute(std::vector<int> order, PermuteOptions given)
    : Layer(layer_options(given), "Permute"), dims(std::move(order)), options(std::move(given)) {
    std::vector<int> sorted = dims;
    std::sort(sorted.begin(), sorted.end());
    for (size_t i = 0; i < sorted.size(); ++i)
        if (sorted[i] != static_cast<int>(i) + 1)
            fail<ValueError>("{}: dims ({}) must name every axis once, counted from 1", name(),
                             fmt::join(dims, ", "));
}

void Permute::build_variables(const Shape& input_shape) {
    compute_output_shape(input_shape);
}

Tensor Permute::call(const Tensor& x) {
    compute_output_shape(x.shape());
    std::vector<int> permutation{0};
    permutation.insert(permutation.end(), dims.begin(), dims.end());
    return transpose(x, permutation);
}

Shape Permute::compute_output_shape(const Shape& input) const {
    if (input.rank() != static_cast<int>(dims.size()) + 1)
        fail<ShapeError>("{}: input has shape {}; dims ({}) are for the batch and {} axes", name(), input,
                         fmt::join(dims, ", "), dims.size());
    Shape result = input;
    for (size_t i = 0; i < dims.size(); ++i) result = result.with(static_cast<int>(i) + 1, input[dims[i]]);
    return result;
}

Config Permute::get_config() const {
    Config config = base_config();
    config.set("dims", Config::List(dims.begin(), dims.end()));
    return config;
}

std::shared_ptr<Layer> Permute::from_config(const Config& config) {
    LayerReader reader(config, "Permute");
    const Config& node = reader.require("dims");
    auto options = reader.options<PermuteOptions>();
    reader.finish();
    return std::make_shared<Permute>(reader.at("dims", [&] { return read_integers(node); }),
                                     std::move(options));
}

}  // namespace keratin::layers
