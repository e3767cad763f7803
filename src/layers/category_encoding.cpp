#include <keratin/layers/category_encoding.hpp>

#include "layers/config.hpp"
#include "layers/encoding.hpp"

#include <keratin/ops/elementwise.hpp>

namespace keratin::layers {

CategoryEncoding::CategoryEncoding(int64_t tokens, CategoryEncodingOptions given)
    : Layer(layer_options(given), "CategoryEncoding"), num_tokens(tokens), options(std::move(given)) {
    if (num_tokens < 1) fail<ValueError>("{}: num_tokens is {}; it must be positive", name(), num_tokens);
}

void CategoryEncoding::build_variables(const Shape&) {}

Tensor CategoryEncoding::call(const Tensor& x) {
    return encoded(cast(x, int64), options.output_mode.text(), num_tokens, compute_dtype());
}

Tensor CategoryEncoding::call(const Tensor& x, const Tensor& count_weights) const {
    if (!options.output_mode.is("count"))
        fail<ValueError>("{}: count_weights go with output_mode \"count\" only, it is \"{}\"", name(),
                         std::string(options.output_mode.text()));
    if (count_weights.shape() != x.shape())
        fail<ShapeError>("{}: count_weights have shape {}, the input {}; give one for each number", name(),
                         count_weights.shape(), x.shape());
    return encoded(cast(x, int64), "count", num_tokens, compute_dtype(), count_weights);
}

Shape CategoryEncoding::compute_output_shape(const Shape& input) const {
    return encoded_shape(input, options.output_mode.text(), num_tokens);
}

Config CategoryEncoding::get_config() const {
    Config config = base_config();
    config.set("num_tokens", num_tokens);
    config.set("output_mode", options.output_mode.text());
    return config;
}

std::shared_ptr<Layer> CategoryEncoding::from_config(const Config& config) {
    LayerReader reader(config, "CategoryEncoding");
    const Config& tokens = reader.require("num_tokens");
    auto options = reader.options<CategoryEncodingOptions>();
    options.output_mode = reader.word<CategoryMode>("output_mode", "multi_hot");
    reader.only("sparse", false);
    reader.finish();
    return std::make_shared<CategoryEncoding>(reader.at("num_tokens", [&] { return tokens.as_integer(); }),
                                              std::move(options));
}

}  // namespace keratin::layers
