#pragma once

#include "common/changed_batches.hpp"

#include <cstdint>

namespace lenet5 {

/// Batches of MNIST in random order, each image shifted by up to 2 pixels, turned by up to 10 degrees and
/// stretched by up to 10 % at random, with bilinear sampling. The same seed gives the same batches.
class AugmentedBatches : public apps::ChangedBatches {
public:
    AugmentedBatches(keratin::Dataset data, int64_t batch_size, uint64_t seed);
};

}  // namespace lenet5
