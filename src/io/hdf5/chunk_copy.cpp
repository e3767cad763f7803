#include "io/hdf5/chunk_copy.hpp"

#include <algorithm>

namespace keratin::io::hdf5 {

ChunkCopy::ChunkCopy(std::span<const int64_t> shape, const std::vector<uint64_t>& chunk) {
    for (size_t i = 0; i < shape.size(); ++i) {
        const auto extent = static_cast<uint64_t>(shape[i]);
        axes_.push_back({extent, chunk[i], (extent + chunk[i] - 1) / chunk[i]});
        chunks_ *= axes_.back().count;
        chunk_elements_ *= chunk[i];
    }
}

void ChunkCopy::each_run(uint64_t chunk, const std::function<void(size_t, size_t, size_t)>& run) const {
    const size_t rank = axes_.size();
    std::vector<uint64_t> first(rank);   // of the chunk's elements, in the array
    std::vector<uint64_t> within(rank);  // how many of the chunk's are in the array
    for (size_t i = rank; i-- > 0;) {
        first[i] = chunk % axes_[i].count * axes_[i].chunk;
        within[i] = std::min(axes_[i].chunk, axes_[i].extent - first[i]);
        chunk /= axes_[i].count;
    }
    std::vector<uint64_t> at(rank);  // counts through all but the last axis
    for (;;) {
        size_t from = 0;
        size_t to = 0;
        for (size_t i = 0; i < rank; ++i) {
            from = from * axes_[i].chunk + at[i];
            to = to * axes_[i].extent + first[i] + at[i];
        }
        run(from, to, within.back());
        size_t axis = rank - 1;
        while (axis > 0 && ++at[axis - 1] == within[axis - 1]) at[--axis] = 0;
        if (axis == 0) return;
    }
}

}  // namespace keratin::io::hdf5
