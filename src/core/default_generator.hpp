#pragma once

#include <keratin/core/random.hpp>

namespace keratin {

/// What set_random_seed() restarts, and what draws without a seed of their own come from.
const SeedGenerator& default_generator();

}  // namespace keratin
