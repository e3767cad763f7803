#pragma once

#include <keratin/data/pipeline.hpp>

#include <cstdint>
#include <optional>

namespace keratin::utils {

/// In Keras's order and with its defaults.
struct TimeseriesOptions {
    int64_t sequence_stride = 1;              ///< steps from one window's start to the next
    int64_t sampling_rate = 1;                ///< steps between what a window takes
    std::optional<int64_t> batch_size = 128;  ///< without one, single windows
    bool shuffle = false;                     ///< by NumPy's generator, then anew in every run
    std::optional<uint64_t> seed = {};        ///< below 2^32
    std::optional<int64_t> start_index = {};  ///< steps before it are not used
    std::optional<int64_t> end_index = {};    ///< nor this one and those behind it
};

/// Windows that slide over data (steps, ...): batches of x (batch, sequence_length, ...) and, unless targets
/// is undefined, y, the target at each window's start (keras.utils.timeseries_dataset_from_array). Throws
/// ValueError for arguments that do not fit the number of steps, as Keras.
KERATIN_EXPORT data::Pipeline timeseries_dataset_from_array(const Tensor& data, const Tensor& targets,
                                                            int64_t sequence_length,
                                                            const TimeseriesOptions& options = {});

}  // namespace keratin::utils
