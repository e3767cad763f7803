#pragma once

#include <keratin/models/training.hpp>

#include <cstdint>

namespace lenet5 {

/// Batches of MNIST in random order, each image shifted by up to 2 pixels, turned by up to 10 degrees and
/// stretched by up to 10 % at random, with bilinear sampling. The same seed gives the same batches.
class AugmentedBatches {
public:
    AugmentedBatches(keratin::Dataset data, int64_t batch_size, uint64_t seed);

    std::optional<keratin::Batch> operator()(int64_t epoch, int64_t step);
    int64_t steps() const;

private:
    keratin::Dataset data_;
    int64_t batch_size_;
    uint64_t seed_;
    keratin::Tensor order_;
};

}  // namespace lenet5
