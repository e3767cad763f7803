#pragma once

#include "common/changed_batches.hpp"

#include <cstdint>

namespace resnet20 {

/// Batches in random order, each image moved by up to 4 pixels to each side, zeros coming in, and turned over
/// from left to right every other time: the augmentation of He and others (2015), section 4.2. The same seed
/// gives the same batches.
class AugmentedBatches : public apps::ChangedBatches {
public:
    AugmentedBatches(const keratin::Dataset& data, int64_t batch_size, uint64_t seed);
};

}  // namespace resnet20
