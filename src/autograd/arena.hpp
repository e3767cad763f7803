#pragma once

#include <cstddef>
#include <memory>
#include <vector>

namespace keratin {

/// Memory that is handed out piece by piece and taken back all at once; its chunks are kept for the next
/// round.
class Arena {
public:
    /// 16-byte aligned, uninitialised.
    void* allocate(size_t bytes) {
        bytes = (bytes + 15) & ~size_t{15};
        while (chunk_ < chunks_.size() && used_ + bytes > chunks_[chunk_].bytes) {
            ++chunk_;
            used_ = 0;
        }
        if (chunk_ == chunks_.size()) add_chunk(bytes);
        void* place = chunks_[chunk_].memory.get() + used_;
        used_ += bytes;
        return place;
    }

    void reset() {
        chunk_ = 0;
        used_ = 0;
    }

private:
    static constexpr size_t chunk_bytes = 64 * 1024;

    struct Chunk {
        std::unique_ptr<std::byte[]> memory;
        size_t bytes;
    };

    void add_chunk(size_t bytes) {
        const size_t size = bytes > chunk_bytes ? bytes : chunk_bytes;
        chunks_.push_back({std::make_unique<std::byte[]>(size), size});
        used_ = 0;
    }

    std::vector<Chunk> chunks_;
    size_t chunk_ = 0;
    size_t used_ = 0;
};

}  // namespace keratin
