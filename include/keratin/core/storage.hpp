#pragma once

#include <keratin/core/export.hpp>

#include <atomic>
#include <cstddef>
#include <utility>

namespace keratin {

/// A reference-counted block of 64-byte aligned memory. Blocks come from a caching pool, so a program in its
/// steady state asks the system for nothing.
class KERATIN_EXPORT Storage {
public:
    Storage() noexcept = default;
    Storage(const Storage& other) noexcept : block_(other.block_) {
        if (block_) block_->references.fetch_add(1, std::memory_order_relaxed);
    }
    Storage(Storage&& other) noexcept : block_(std::exchange(other.block_, nullptr)) {}
    Storage& operator=(Storage other) noexcept {
        std::swap(block_, other.block_);
        return *this;
    }
    ~Storage() {
        if (block_ && block_->references.fetch_sub(1, std::memory_order_acq_rel) == 1) release(block_);
    }

    /// An uninitialised block; throws ValueError when the system has no such amount.
    static Storage allocate(size_t bytes);
    /// Memory owned by somebody else: release(owner) is called when the last handle goes.
    static Storage adopt(void* data, size_t bytes, void* owner, void (*release)(void* owner));

    void* data() const noexcept { return block_ ? block_->data : nullptr; }
    size_t bytes() const noexcept { return block_ ? block_->bytes : 0; }
    /// No other handle and no other owner sees this memory; adopted memory is never unique.
    bool unique() const noexcept {
        return block_ && !block_->release && block_->references.load(std::memory_order_acquire) == 1;
    }
    explicit operator bool() const noexcept { return block_ != nullptr; }

private:
    struct Block {
        std::atomic<int> references{1};
        size_t bytes = 0;
        void* data = nullptr;
        void* owner = nullptr;
        void (*release)(void*) = nullptr;  ///< null: the block is the pool's
    };
    explicit Storage(Block* block) noexcept : block_(block) {}
    static void release(Block* block) noexcept;
    friend class MemoryPool;

    Block* block_ = nullptr;
};

/// What the pool of tensor memory has done so far.
struct MemoryStatistics {
    size_t system_allocations;  ///< times the system was asked for memory
    size_t bytes_in_use;        ///< held by live tensors and scratch
    size_t bytes_cached;        ///< kept for the next allocation
};
KERATIN_EXPORT MemoryStatistics memory_statistics();

/// Gives cached memory back to the system.
KERATIN_EXPORT void release_cached_memory();

}  // namespace keratin
