#pragma once

#include <keratin/core/scalar.hpp>
#include <keratin/models/training.hpp>

#include <cstdint>
#include <optional>
#include <utility>

namespace keratin::utils {

struct SplitDatasetOptions {
    std::optional<Scalar> left_size = {};   ///< a whole number of samples, or a share in (0, 1), rounded
    std::optional<Scalar> right_size = {};  ///< the same; what one leaves when the other is not given
    bool shuffle = false;                   ///< before the split, as Python's random.shuffle
    std::optional<uint64_t> seed = {};
};

/// The first samples and the last ones (keras.utils.split_dataset). Throws ValueError when neither size is
/// given, one is out of range, or a side stays empty.
KERATIN_EXPORT std::pair<Dataset, Dataset> split_dataset(const Dataset& data,
                                                         const SplitDatasetOptions& options);
KERATIN_EXPORT std::pair<Tensor, Tensor> split_dataset(const Tensor& x, const SplitDatasetOptions& options);

}  // namespace keratin::utils
