#include <keratin/layers/lstm.hpp>

#include "layers/recurrent_config.hpp"
#include "layers/rnn_config.hpp"

namespace keratin::layers {
namespace {

std::shared_ptr<LSTMCell> cell_of(int64_t units, const LSTMOptions& given) {
    auto options = cell_options<LSTMCellOptions>(given);
    options.name = "lstm_cell";
    return std::make_shared<LSTMCell>(units, std::move(options));
}

}  // namespace

LSTM::LSTM(int64_t n, LSTMOptions given)
    : RNN(cell_of(n, given), loop_options<RNNOptions>(given), "LSTM"), units(n), options(std::move(given)) {
    const auto& gated = static_cast<const LSTMCell&>(*cell);
    kernel = gated.kernel;
    recurrent_kernel = gated.recurrent_kernel;
    bias = gated.bias;
}

Config LSTM::get_config() const {
    Config config = loop_config();
    set_recurrent_config(config, units, options, *this);
    return config;
}

std::shared_ptr<Layer> LSTM::from_config(const Config& config) {
    LayerReader reader(config, "LSTM");
    const Config& units = reader.require("units");
    auto options = reader.options<LSTMOptions>();
    read_recurrent_config(reader, options);
    read_loop_config(reader, options);
    reader.finish();
    return std::make_shared<LSTM>(reader.at("units", [&] { return units.as_integer(); }), std::move(options));
}

}  // namespace keratin::layers
