#pragma once

#include <keratin/core/storage.hpp>

#include <array>
#include <atomic>
#include <mutex>

namespace keratin {

/// The memory of all tensors and of all scratch. A freed block waits in the free list of its size class for
/// the next allocation of that class, so a program that repeats itself never asks the system.
///
/// A block is a 64-byte header and the data behind it. Size classes are powers of two in four steps: at most
/// a fifth of a block is unused.
class MemoryPool {
public:
    /// Never destroyed: tensors with static lifetime may outlive everything else.
    static MemoryPool& instance();

    Storage::Block* allocate(size_t bytes);
    void free(Storage::Block* block) noexcept;

    /// Memory without a handle, for the kernels.
    void* acquire(size_t bytes);
    void release(void* memory) noexcept;

    MemoryStatistics statistics() const;
    void release_cached() noexcept;

private:
    static constexpr size_t class_count = 4 * 60;

    Storage::Block* take_cached(size_t index) noexcept;

    mutable std::mutex mutex_;
    std::array<Storage::Block*, class_count> free_{};  ///< lists linked through Block::owner
    size_t bytes_cached_ = 0;
    std::atomic<size_t> bytes_in_use_{0};
    std::atomic<size_t> system_allocations_{0};
};

}  // namespace keratin
