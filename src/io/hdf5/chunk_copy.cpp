#include "io/hdf5/chunk_copy.hpp"

#include <algorithm>

namespace keratin::io::hdf5 {

ChunkCopy::ChunkCopy(std::span<const int64_t> shape, const std::vector<uint64_t>& chunk) {
    for (size_t i = 0; i < shape.size(); ++i) {
        const auto extent = static_cast<uint64_t>(shape[i]);
        axes_.push_back({extent, chunk[i], (extent + chunk[i] - 1) / chunk[i], 0, 0});
        chunks_ *= axes_.back().count;
        chunk_elements_ *= chunk[i];
    }
    // An axis that each chunk has as a whole goes on without a gap in the one before: they are one.
    while (axes_.size() > 1 && axes_.back().extent == axes_.back().chunk) {
        const uint64_t inner = axes_.back().extent;
        axes_.pop_back();
        axes_.back().extent *= inner;
        axes_.back().chunk *= inner;
    }
    size_t in_chunk = 1, in_array = 1;
    for (size_t i = axes_.size(); i-- > 0;) {
        axes_[i].in_chunk = in_chunk;
        axes_[i].in_array = in_array;
        in_chunk *= axes_[i].chunk;
        in_array *= axes_[i].extent;
    }
}

ChunkCopy::Part ChunkCopy::part(uint64_t chunk) const {
    Part part{0, std::vector<uint64_t>(axes_.size())};
    for (size_t i = axes_.size(); i-- > 0;) {
        const uint64_t first = chunk % axes_[i].count * axes_[i].chunk;
        part.begin += first * axes_[i].in_array;
        part.within[i] = std::min(axes_[i].chunk, axes_[i].extent - first);
        chunk /= axes_[i].count;
    }
    return part;
}

}  // namespace keratin::io::hdf5
