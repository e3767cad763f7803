#include "layers/build_config.hpp"

#include <keratin/layers/bidirectional.hpp>
#include <keratin/layers/multi_head_attention.hpp>
#include <keratin/layers/rnn.hpp>

#include <algorithm>
#include <array>

namespace keratin {
namespace {

Config list_of(const std::vector<Shape>& shapes, size_t first = 0) {
    return Config::List(shapes.begin() + static_cast<std::ptrdiff_t>(first), shapes.end());
}

Config named(Config shapes) {
    return Config::object({{"shapes_dict", std::move(shapes)}});
}

}  // namespace

Config build_config(const Layer& layer, const std::vector<Shape>& shapes) {
    if (shapes.size() > 1 && dynamic_cast<const layers::MultiHeadAttention*>(&layer)) {
        constexpr std::array<const char*, 3> names = {"query_shape", "value_shape", "key_shape"};
        Config by_name = Config::object();
        for (size_t i = 0; i < std::min(shapes.size(), names.size()); ++i) by_name.set(names[i], shapes[i]);
        return named(std::move(by_name));
    }
    const bool recurrent =
        dynamic_cast<const layers::RNN*>(&layer) || dynamic_cast<const layers::Bidirectional*>(&layer);
    if (shapes.size() > 1 && recurrent)
        return named(Config::object(
            {{"sequences_shape", shapes.front()},
             {"initial_state_shape", shapes.size() == 2 ? Config(shapes[1]) : list_of(shapes, 1)}}));
    if (shapes.size() == 1 || dynamic_cast<const layers::RNNCell*>(&layer))
        return Config::object({{"input_shape", shapes.front()}});
    return Config::object({{"input_shape", list_of(shapes)}});
}

}  // namespace keratin
