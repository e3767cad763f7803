#include <keratin/layers/simple_rnn.hpp>

#include "layers/recurrent_config.hpp"
#include "layers/rnn_config.hpp"

namespace keratin::layers {
namespace {

std::shared_ptr<SimpleRNNCell> cell_of(int64_t units, const SimpleRNNOptions& given) {
    auto options = cell_options<SimpleRNNCellOptions>(given);
    options.name = "simple_rnn_cell";
    return std::make_shared<SimpleRNNCell>(units, std::move(options));
}

}  // namespace

SimpleRNN::SimpleRNN(int64_t n, SimpleRNNOptions given)
    : RNN(cell_of(n, given), loop_options<RNNOptions>(given), "SimpleRNN"),
      units(n),
      options(std::move(given)) {
    const auto& gated = static_cast<const SimpleRNNCell&>(*cell);
    kernel = gated.kernel;
    recurrent_kernel = gated.recurrent_kernel;
    bias = gated.bias;
}

Config SimpleRNN::get_config() const {
    Config config = loop_config();
    set_recurrent_config(config, units, options, *this);
    return config;
}

std::shared_ptr<Layer> SimpleRNN::from_config(const Config& config) {
    LayerReader reader(config, "SimpleRNN");
    const Config& units = reader.require("units");
    auto options = reader.options<SimpleRNNOptions>();
    read_recurrent_config(reader, options);
    read_loop_config(reader, options);
    reader.finish();
    return std::make_shared<SimpleRNN>(reader.at("units", [&] { return units.as_integer(); }),
                                       std::move(options));
}

}  // namespace keratin::layers
