#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace keratin::io::hdf5 {

/// Where the elements of a chunk go in the whole array.
class ChunkCopy {
public:
    ChunkCopy(std::span<const int64_t> shape, const std::vector<uint64_t>& chunk);

    uint64_t chunks() const { return chunks_; }
    size_t chunk_elements() const { return chunk_elements_; }
    /// Calls run(from, to, count) for every run of elements that lies within the array: its first element in
    /// the chunk and in the array, and how many there are.
    template <class Run>
    void each_run(uint64_t chunk, const Run& run) const;

private:
    struct Axis {
        uint64_t extent, chunk, count;
        size_t in_chunk, in_array;  ///< elements from one index to the next
    };
    /// What of a chunk lies within the array.
    struct Part {
        size_t begin;                  ///< its first element in the array
        std::vector<uint64_t> within;  ///< its extents
    };
    Part part(uint64_t chunk) const;

    std::vector<Axis> axes_;
    uint64_t chunks_ = 1;
    size_t chunk_elements_ = 1;
};

template <class Run>
void ChunkCopy::each_run(uint64_t chunk, const Run& run) const {
    const Part part = this->part(chunk);
    std::vector<uint64_t> at(axes_.size());  // counts through all but the last axis
    size_t from = 0;
    size_t to = part.begin;
    for (;;) {
        run(from, to, static_cast<size_t>(part.within.back()));
        for (size_t axis = axes_.size() - 1;;) {
            if (axis-- == 0) return;
            from += axes_[axis].in_chunk;
            to += axes_[axis].in_array;
            if (++at[axis] < part.within[axis]) break;
            from -= part.within[axis] * axes_[axis].in_chunk;
            to -= part.within[axis] * axes_[axis].in_array;
            at[axis] = 0;
        }
    }
}

}  // namespace keratin::io::hdf5
