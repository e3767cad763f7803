#pragma once

#include "io/hdf5/layout.hpp"

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

namespace keratin::io::hdf5 {

/// How a dataset is cut into chunks.
class ChunkGrid {
public:
    /// FormatError when the chunks do not fit the dataset.
    ChunkGrid(const Fields& at, const LayoutMessage& message, const Space& space, const Type& type);

    uint64_t chunk_bytes() const { return chunk_bytes_; }
    uint64_t chunks() const { return chunks_; }
    size_t rank() const { return counts_.size(); }
    const std::vector<uint64_t>& extents() const { return extents_; }

    /// The chunk at this place of the grid, or none where the dataset has ended.
    std::optional<uint64_t> index(std::span<const uint64_t> place) const;
    /// The chunk of this number in an array of chunks, which counts what the dataset may grow to, along the
    /// endless axis last.
    std::optional<uint64_t> index_in_array(uint64_t number) const;
    /// How many chunks such an array numbers; `nowhere` for without end.
    uint64_t most() const { return most_; }

private:
    std::vector<uint64_t> extents_;
    std::vector<uint64_t> counts_;       ///< chunks along each axis
    std::vector<uint64_t> most_counts_;  ///< what they may grow to
    size_t endless_ = 0;                 ///< the axis without end, or 0
    uint64_t chunks_ = 1;
    uint64_t most_ = 1;
    uint64_t chunk_bytes_ = 0;
};

}  // namespace keratin::io::hdf5
