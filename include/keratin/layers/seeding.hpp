#pragma once

#include <keratin/core/random.hpp>
#include <keratin/layers/layer.hpp>

#include <cstdint>
#include <optional>

namespace keratin::layers {

/// The source of a layer's random numbers, to be made in its constructor; from the default generator without
/// a seed. Checkpoints keep its place in the stream, which they cannot of a SeedGenerator that is just a
/// member.
///
///     struct Jitter : Layer {
///         SeedGenerator generator = layers::seeded(*this);
///         Tensor call(const Tensor& x) override { return x + random::normal(x.shape(), {},
///         generator.next()); }
///     };
KERATIN_EXPORT SeedGenerator seeded(const Layer& layer, std::optional<uint64_t> seed = {});

}  // namespace keratin::layers
