#include <keratin/data/timeseries.hpp>

#include "data/shuffling.hpp"

#include <keratin/core/error.hpp>
#include <keratin/ops/shaping.hpp>

#include <algorithm>
#include <vector>

namespace keratin::utils {
namespace {

constexpr const char* owner = "timeseries_dataset_from_array";

void require_within(const char* what, int64_t value, int64_t least, int64_t below) {
    if (value < least || value >= below)
        fail<ValueError>("{}: {} is {}; it must be at least {} and below {}", owner, what, value, least,
                         below);
}

void check(const Tensor& data, const Tensor& targets, int64_t sequence_length,
           const TimeseriesOptions& options) {
    if (!data.defined() || data.rank() == 0 || (targets.defined() && targets.rank() == 0))
        fail<ShapeError>("{}: data and targets must have steps, (steps, ...)", owner);
    const int64_t steps = data.shape()[0];
    if (sequence_length < 1)
        fail<ValueError>("{}: sequence_length is {}; it must be at least 1", owner, sequence_length);
    require_within("sequence_stride", options.sequence_stride, 1, steps);
    require_within("sampling_rate", options.sampling_rate, 1, steps);
    const int64_t first = options.start_index.value_or(0);
    if (options.start_index) require_within("start_index", first, 0, steps);
    if (options.end_index) require_within("end_index", *options.end_index, first + 1, steps);
}

/// The first step of each window, in the order of the first run before its buffer.
std::vector<int64_t> starts(const Tensor& data, const Tensor& targets, int64_t sequence_length,
                            const TimeseriesOptions& options, uint64_t seed) {
    const int64_t begin = options.start_index.value_or(0);
    const int64_t used = options.end_index.value_or(data.shape()[0]) - begin;
    // Of a length that reaches beyond the data there is no window; nor may it overflow.
    const int64_t span = sequence_length - 1 > used / options.sampling_rate
                             ? used
                             : (sequence_length - 1) * options.sampling_rate;
    int64_t count = used - span;
    if (targets.defined()) count = std::min(count, targets.shape()[0]);
    const int64_t windows = count > 0 ? (count - 1) / options.sequence_stride + 1 : 0;
    std::vector<int64_t> first(static_cast<size_t>(windows));
    for (size_t i = 0; i < first.size(); ++i)
        first[i] = begin + static_cast<int64_t>(i) * options.sequence_stride;
    if (targets.defined() && windows > 0 && first.back() >= targets.shape()[0])
        fail<ValueError>("{}: the window at step {} has no target; there are {}, and they count from step 0",
                         owner, first.back(), targets.shape()[0]);
    if (!options.shuffle) return first;
    std::vector<int64_t> shuffled;
    for (const int64_t i : data::numpy_order(windows, seed, owner))
        shuffled.push_back(first[static_cast<size_t>(i)]);
    return shuffled;
}

}  // namespace

data::Pipeline timeseries_dataset_from_array(const Tensor& data, const Tensor& targets,
                                             int64_t sequence_length, const TimeseriesOptions& options) {
    check(data, targets, sequence_length, options);
    const uint64_t seed = options.shuffle ? data::seed_or_small(options.seed) : 0;
    data::Pipeline places =
        data::from_tensor_slices(Tensor::from(starts(data, targets, sequence_length, options, seed)));
    if (options.shuffle) places = places.shuffle(data::buffer_for(options.batch_size, owner), {.seed = seed});
    if (options.batch_size) places = places.batch(*options.batch_size);
    const auto windows = [data, targets, sequence_length, rate = options.sampling_rate](Batch batch) {
        const Tensor first = batch.x;
        Tensor steps = Tensor::empty(first.shape() + Shape{sequence_length}, int64);
        int64_t* step = steps.mutable_data<int64_t>().data();
        for (const int64_t start : first.data<int64_t>())
            for (int64_t i = 0; i < sequence_length; ++i) *step++ = start + i * rate;
        batch.x = gather(data, steps);
        if (targets.defined()) batch.y = gather(targets, first);
        return batch;
    };
    return places.map(std::function<Batch(Batch)>(windows), {.seed = 0});
}

}  // namespace keratin::utils
