#include <keratin/layers/gru.hpp>

#include "layers/recurrent_config.hpp"
#include "layers/rnn_config.hpp"

namespace keratin::layers {
namespace {

std::shared_ptr<GRUCell> cell_of(int64_t units, const GRUOptions& given) {
    auto options = cell_options<GRUCellOptions>(given);
    options.name = "gru_cell";
    return std::make_shared<GRUCell>(units, std::move(options));
}

}  // namespace

GRU::GRU(int64_t n, GRUOptions given)
    : RNN(cell_of(n, given), loop_options<RNNOptions>(given), "GRU"), units(n), options(std::move(given)) {
    const auto& gated = static_cast<const GRUCell&>(*cell);
    kernel = gated.kernel;
    recurrent_kernel = gated.recurrent_kernel;
    bias = gated.bias;
}

Config GRU::get_config() const {
    Config config = loop_config();
    set_recurrent_config(config, units, options, *this);
    return config;
}

std::shared_ptr<Layer> GRU::from_config(const Config& config) {
    LayerReader reader(config, "GRU");
    const Config& units = reader.require("units");
    auto options = reader.options<GRUOptions>();
    read_recurrent_config(reader, options);
    read_loop_config(reader, options);
    reader.finish();
    return std::make_shared<GRU>(reader.at("units", [&] { return units.as_integer(); }), std::move(options));
}

}  // namespace keratin::layers
