#include "io/hdf5/chunk_grid.hpp"

#include <algorithm>

namespace keratin::io::hdf5 {

ChunkGrid::ChunkGrid(const Fields& at, const LayoutMessage& message, const Space& space, const Type& type)
    : chunk_bytes_(type.size) {
    const size_t rank = space.extents.size();
    if (rank == 0 || message.chunk.size() != rank + 1 || message.chunk.back() != type.size)
        at.fail("chunks of extents ({}) do not fit a dataset of rank {} and elements of {} bytes",
                fmt::join(message.chunk, ", "), rank, type.size);
    extents_.assign(message.chunk.begin(), message.chunk.end() - 1);
    for (size_t i = 0; i < rank; ++i) {
        const uint64_t extent = extents_[i];
        if (extent == 0 || __builtin_mul_overflow(chunk_bytes_, extent, &chunk_bytes_) ||
            chunk_bytes_ > UINT32_MAX)
            at.fail("chunks of extents ({}); each must be positive, and all below 4 GiB",
                    fmt::join(extents_, ", "));
        const auto count = [&](uint64_t elements) { return elements / extent + (elements % extent != 0); };
        counts_.push_back(count(space.extents[i]));
        const bool endless = space.most[i] == nowhere;
        if (endless) endless_ = i;
        most_counts_.push_back(endless ? nowhere : count(space.most[i]));
        chunks_ *= counts_[i];  // no more than elements
        if (most_ == nowhere || endless || __builtin_mul_overflow(most_, most_counts_[i], &most_))
            most_ = nowhere;
    }
}

std::optional<uint64_t> ChunkGrid::index(std::span<const uint64_t> place) const {
    uint64_t result = 0;
    for (size_t i = 0; i < rank(); ++i) {
        if (place[i] >= counts_[i]) return {};
        result = result * counts_[i] + place[i];
    }
    return result;
}

std::optional<uint64_t> ChunkGrid::index_in_array(uint64_t number) const {
    std::vector<uint64_t> place(rank());
    // Row-major, but the endless axis counts slowest.
    for (size_t i = rank(); i-- > 0;) {
        if (i == endless_ || most_counts_[i] == 0) continue;
        place[i] = number % most_counts_[i];
        number /= most_counts_[i];
    }
    place[endless_] = number;
    return index(place);
}

}  // namespace keratin::io::hdf5
