#include <keratin/layers/seeding.hpp>

#include "layers/layer_state.hpp"

namespace keratin::layers {

SeedGenerator seeded(const Layer& layer, std::optional<uint64_t> seed) {
    SeedGenerator generator = seed ? SeedGenerator(*seed) : SeedGenerator();
    detail::LayerState::of(layer)->add_generator(generator);
    return generator;
}

}  // namespace keratin::layers
