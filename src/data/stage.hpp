#pragma once

#include "core/draw_scope.hpp"

#include <keratin/data/pipeline.hpp>

#include <atomic>
#include <cstdint>
#include <functional>
#include <memory>
#include <vector>

namespace keratin::data {

using Elements = Pipeline::Elements;

/// One link of a pipeline. Its `start` begins a run: the number of the run is the only thing in which two
/// runs differ, so whatever is drawn is drawn from it.
struct Stage {
    using Start = std::function<Elements(uint64_t run)>;

    Start start;
    int64_t cardinality;
    std::shared_ptr<std::atomic<uint64_t>> runs;  ///< counts those of all pipelines from one source
    uint64_t
        arguments;  ///< seeds and counts of this link and those before, mixed: what tells pipelines apart

    Elements next_run() const { return start(runs->fetch_add(1)); }
};

/// What fit() asks for batches: a run for each epoch, or one for all where it never ends.
BatchSource::Function source_of(std::shared_ptr<const Stage> stage);
/// What a checkpoint keeps of a pipeline.
std::shared_ptr<SourceMemory> memory_of(std::shared_ptr<const Stage> stage);

/// Elements of a run, each drawn at random from a buffer of so many that is kept full.
Elements shuffled(Elements elements, int64_t buffer_size, uint64_t seed, uint64_t run);
/// Elements of a run, up to `capacity` of them prepared by a thread.
Elements prefetched(Elements elements, int64_t capacity);

/// Samples joined to a batch, and the sample of one row.
Batch stacked(const std::vector<Batch>& samples);
Batch row_of(const Batch& batch, int64_t row);
/// Throws ShapeError when the tensors do not agree.
int64_t rows_of(const Batch& batch, const char* owner);

}  // namespace keratin::data
