#include <keratin/core/storage.hpp>

#include <keratin/core/error.hpp>

#include "core/memory_pool.hpp"

#include <pthread.h>
#include <unistd.h>

#include <bit>
#include <cstdlib>
#include <new>

#if defined(__SANITIZE_ADDRESS__)
#define KERATIN_ADDRESS_SANITIZER 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#define KERATIN_ADDRESS_SANITIZER 1
#endif
#endif

namespace keratin {
namespace {

constexpr size_t alignment = 64;
constexpr size_t header = 64;

// Above this much, freed memory goes back to the system. With AddressSanitizer it always does, so that a use
// after free is found.
#ifdef KERATIN_ADDRESS_SANITIZER
constexpr size_t cache_limit = 0;
#else
constexpr size_t cache_limit = size_t{1} << 30;
#endif

/// Class 0 holds 64 bytes; class 4 * k + s holds (4 + s) * 64 * 2^k / 4 from there on.
size_t class_of(size_t bytes) {
    if (bytes <= alignment) return 0;
    const size_t last = bytes - 1;
    const size_t power = static_cast<size_t>(std::bit_width(last)) - 1;
    return (power - 6) * 4 + ((last >> (power - 2)) & 3) + 1;
}

size_t class_bytes(size_t index) {
    const size_t power = index / 4 + 6;
    const size_t bytes = (size_t{1} << power) + (index % 4) * (size_t{1} << (power - 2));
    return (bytes + alignment - 1) / alignment * alignment;
}

/// What the machine has at all: asking for more can only end in the process being killed.
size_t physical_memory() {
    const long pages = sysconf(_SC_PHYS_PAGES);
    const long page = sysconf(_SC_PAGESIZE);
    if (pages <= 0 || page <= 0) return ~size_t{0} >> 2;
    return static_cast<size_t>(pages) * static_cast<size_t>(page);
}

[[noreturn]] void out_of_memory(size_t bytes) {
    fail<ValueError>(
        "memory: the system has no {} bytes for a tensor; use smaller shapes, a smaller batch or "
        "release_cached_memory()",
        bytes);
}

}  // namespace

MemoryPool& MemoryPool::instance() {
    static MemoryPool& pool = []() -> MemoryPool& {
        // A thread of the parent may be inside the pool when the process is forked: fork() waits for it.
        pthread_atfork([] { instance().mutex_.lock(); }, [] { instance().mutex_.unlock(); },
                       [] { instance().mutex_.unlock(); });
        return *new MemoryPool;
    }();
    return pool;
}

Storage::Block* MemoryPool::take_cached(size_t index) noexcept {
    const std::lock_guard lock(mutex_);
    Storage::Block* block = free_[index];
    if (!block) return nullptr;
    free_[index] = static_cast<Storage::Block*>(block->owner);
    bytes_cached_ -= class_bytes(index);
    return block;
}

Storage::Block* MemoryPool::allocate(size_t bytes) {
    static const size_t most = physical_memory();
    if (bytes > most) out_of_memory(bytes);
    const size_t index = class_of(bytes);
    const size_t capacity = class_bytes(index);
    void* memory = take_cached(index);
    if (!memory) {
        memory = std::aligned_alloc(alignment, header + capacity);
        if (!memory) {
            release_cached();
            memory = std::aligned_alloc(alignment, header + capacity);
        }
        if (!memory) out_of_memory(bytes);
        system_allocations_.fetch_add(1, std::memory_order_relaxed);
    }
    bytes_in_use_.fetch_add(capacity, std::memory_order_relaxed);
    auto* block = new (memory) Storage::Block;
    block->bytes = bytes;
    block->data = static_cast<char*>(memory) + header;
    return block;
}

void MemoryPool::free(Storage::Block* block) noexcept {
    // The header of adopted memory is a block of its own, without data.
    const size_t index = block->release ? 0 : class_of(block->bytes);
    const size_t capacity = class_bytes(index);
    bytes_in_use_.fetch_sub(capacity, std::memory_order_relaxed);
    {
        const std::lock_guard lock(mutex_);
        if (bytes_cached_ + capacity <= cache_limit) {
            block->owner = free_[index];
            free_[index] = block;
            bytes_cached_ += capacity;
            return;
        }
    }
    std::free(block);
}

void* MemoryPool::acquire(size_t bytes) {
    return allocate(bytes)->data;
}

void MemoryPool::release(void* memory) noexcept {
    if (memory) free(reinterpret_cast<Storage::Block*>(static_cast<char*>(memory) - header));
}

MemoryStatistics MemoryPool::statistics() const {
    const std::lock_guard lock(mutex_);
    return {system_allocations_.load(), bytes_in_use_.load(), bytes_cached_};
}

void MemoryPool::release_cached() noexcept {
    for (size_t index = 0; index < class_count; ++index)
        while (Storage::Block* block = take_cached(index)) std::free(block);
}

Storage Storage::allocate(size_t bytes) {
    return Storage(MemoryPool::instance().allocate(bytes));
}

Storage Storage::adopt(void* data, size_t bytes, void* owner, void (*release)(void*)) {
    static_assert(sizeof(Block) <= header);
    if (!release)
        fail<ValueError>(
            "Storage::adopt: release is null; pass a function, if need be one that does nothing");
    Block* block = MemoryPool::instance().allocate(0);
    block->bytes = bytes;
    block->data = data;
    block->owner = owner;
    block->release = release;
    return Storage(block);
}

void Storage::release(Block* block) noexcept {
    if (block->release) block->release(block->owner);
    MemoryPool::instance().free(block);
}

MemoryStatistics memory_statistics() {
    return MemoryPool::instance().statistics();
}

void release_cached_memory() {
    MemoryPool::instance().release_cached();
}

}  // namespace keratin
