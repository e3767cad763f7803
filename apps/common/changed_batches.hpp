#pragma once

#include <keratin/models/training.hpp>

#include <cstdint>
#include <functional>

namespace apps {

/// Batches of uint8 images (n, side, side, 1) in random order, each image changed at random by a function.
/// The same seed gives the same batches, on any number of threads.
class ChangedBatches {
public:
    /// Writes what becomes of an image, as numbers times `scale`, given some uniform numbers in [-1, 1).
    using Change = std::function<void(const uint8_t* image, const float* uniform, float scale, float* out)>;
    /// `uniforms`: how many numbers an image takes; `work`: arithmetic for each pixel, about.
    struct Options {
        int64_t batch_size;
        uint64_t seed;
        int64_t uniforms;
        int64_t work;
    };
    ChangedBatches(keratin::Dataset data, const Options& options, Change change);

    std::optional<keratin::Batch> operator()(int64_t epoch, int64_t step);
    int64_t steps() const;

private:
    keratin::Dataset data_;
    Options options_;
    Change change_;
    keratin::Tensor order_;
};

}  // namespace apps
