#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <span>
#include <vector>

namespace keratin::io::hdf5 {

/// Where the elements of a chunk go in the whole array.
class ChunkCopy {
public:
    ChunkCopy(std::span<const int64_t> shape, const std::vector<uint64_t>& chunk);

    uint64_t chunks() const { return chunks_; }
    size_t chunk_elements() const { return chunk_elements_; }
    /// For every run of elements along the last axis that lies within the array: its first element in the
    /// chunk and in the array, and how many there are.
    void each_run(uint64_t chunk, const std::function<void(size_t from, size_t to, size_t count)>& run) const;

private:
    struct Axis {
        uint64_t extent, chunk, count;
    };
    std::vector<Axis> axes_;
    uint64_t chunks_ = 1;
    size_t chunk_elements_ = 1;
};

}  // namespace keratin::io::hdf5
