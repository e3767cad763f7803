#include "support/catch.hpp"

#include <keratin/core/error.hpp>
#include <keratin/core/storage.hpp>

#include "core/context.hpp"

#include <cstdint>
#include <cstring>
#include <thread>
#include <vector>

using namespace keratin;

namespace {

// With AddressSanitizer nothing is cached, so that it sees every use after free.
#if defined(__SANITIZE_ADDRESS__)
constexpr bool caches = false;
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
constexpr bool caches = false;
#else
constexpr bool caches = true;
#endif
#else
constexpr bool caches = true;
#endif

}  // namespace

TEST_CASE("Storage is aligned, writable and as large as asked for", "[core][storage]") {
    for (size_t bytes = 0; bytes < 3000; bytes += 13) {
        const Storage storage = Storage::allocate(bytes);
        REQUIRE(storage);
        REQUIRE(storage.bytes() == bytes);
        REQUIRE(reinterpret_cast<uintptr_t>(storage.data()) % 64 == 0);
        std::memset(storage.data(), 1, bytes);
    }
    const Storage large = Storage::allocate((size_t{5} << 20) + 1);
    static_cast<char*>(large.data())[size_t{5} << 20] = 1;
    CHECK(reinterpret_cast<uintptr_t>(large.data()) % 64 == 0);
}

TEST_CASE("Handles share a block until the last one goes", "[core][storage]") {
    const size_t before = memory_statistics().bytes_in_use;
    Storage a = Storage::allocate(1000);
    const size_t with_one = memory_statistics().bytes_in_use;
    CHECK(with_one >= before + 1000);
    CHECK(a.unique());
    {
        const Storage b = a;
        CHECK(b.data() == a.data());
        CHECK_FALSE(a.unique());
        CHECK(memory_statistics().bytes_in_use == with_one);
    }
    CHECK(a.unique());
    const Storage c = std::move(a);
    CHECK_FALSE(a);
    CHECK(a.data() == nullptr);
    CHECK(a.bytes() == 0);
    CHECK_FALSE(a.unique());
    a = c;
    a = Storage();
    CHECK(memory_statistics().bytes_in_use == with_one);
}

TEST_CASE("A program that repeats itself asks the system for nothing", "[core][storage]") {
    if (!caches) return;
    const auto step = [] {
        std::vector<Storage> live;
        live.reserve(20);
        for (size_t i = 0; i < 20; ++i) live.push_back(Storage::allocate(100 + i * i * 997));
    };
    step();
    const MemoryStatistics before = memory_statistics();
    for (int i = 0; i < 100; ++i) step();
    const MemoryStatistics after = memory_statistics();
    CHECK(after.system_allocations == before.system_allocations);
    CHECK(after.bytes_in_use == before.bytes_in_use);
    CHECK(after.bytes_cached == before.bytes_cached);
}

TEST_CASE("At most a fifth of a block is unused", "[core][storage]") {
    for (size_t bytes = 256; bytes < (size_t{1} << 22); bytes = bytes * 9 / 8 + 1) {
        const size_t before = memory_statistics().bytes_in_use;
        const Storage storage = Storage::allocate(bytes);
        const size_t held = memory_statistics().bytes_in_use - before;
        CHECK(held >= bytes);
        CHECK(held - bytes <= held / 5);
    }
}

TEST_CASE("Cached memory can be given back", "[core][storage]") {
    Storage::allocate(100'000);
    CHECK((memory_statistics().bytes_cached > 0) == caches);
    const size_t in_use = memory_statistics().bytes_in_use;
    release_cached_memory();
    CHECK(memory_statistics().bytes_cached == 0);
    CHECK(memory_statistics().bytes_in_use == in_use);
}

TEST_CASE("No more than 1 GiB is kept", "[core][storage]") {
    release_cached_memory();
    {
        std::vector<Storage> live;  // never touched, so it costs addresses only
        for (int i = 0; i < 6; ++i) live.push_back(Storage::allocate(size_t{256} << 20));
    }
    CHECK(memory_statistics().bytes_cached <= size_t{1} << 30);
    release_cached_memory();
}

TEST_CASE("Storage names the size that the system does not have", "[core][storage]") {
    CHECK_THROWS_MATCHES(
        Storage::allocate(size_t{1} << 60), ValueError,
        Message("memory: the system has no 1152921504606846976 bytes for a tensor; use smaller shapes, "
                "a smaller batch or release_cached_memory()"));
    CHECK_THROWS_AS(Storage::allocate(~size_t{0}), ValueError);
}

TEST_CASE("Adopted memory goes back to its owner with the last handle", "[core][storage]") {
    int released = 0;
    float memory[4] = {1, 2, 3, 4};
    const size_t before = memory_statistics().bytes_in_use;
    {
        const Storage a = Storage::adopt(memory, sizeof memory, &released,
                                         [](void* count) { ++*static_cast<int*>(count); });
        const Storage b = a;
        CHECK(b.data() == memory);
        CHECK(b.bytes() == sizeof memory);
        CHECK(released == 0);
    }
    CHECK(released == 1);
    CHECK(memory_statistics().bytes_in_use == before);
}

TEST_CASE("Adopted memory is never unique, so that nobody writes to it", "[core][storage]") {
    float memory[4] = {};
    const Storage storage = Storage::adopt(memory, sizeof memory, nullptr, [](void*) {});
    CHECK_FALSE(storage.unique());
    CHECK_THROWS_MATCHES(
        Storage::adopt(memory, sizeof memory, nullptr, nullptr), ValueError,
        Message("Storage::adopt: release is null; pass a function, if need be one that does nothing"));
}

TEST_CASE("Eight threads allocate and free at once", "[core][storage][threads]") {
    const size_t before = memory_statistics().bytes_in_use;
    std::vector<std::thread> threads;
    std::atomic<int> wrong{0};
    for (unsigned char id = 0; id < 8; ++id)
        threads.emplace_back([id, &wrong] {
            for (size_t i = 0; i < 400; ++i) {
                const size_t bytes = 64 + (i * 37 + id) % 5000;
                const Storage a = Storage::allocate(bytes);
                const Storage shared = a;
                std::memset(a.data(), id, bytes);
                const Storage b = Storage::allocate(bytes / 2);
                std::memset(b.data(), 99, bytes / 2);
                const auto* data = static_cast<const unsigned char*>(shared.data());
                for (size_t k = 0; k < bytes; ++k) wrong += data[k] != id;
            }
        });
    for (std::thread& thread : threads) thread.join();
    CHECK(wrong == 0);
    CHECK(memory_statistics().bytes_in_use == before);
}

TEST_CASE("Kernels borrow aligned memory from the same pool", "[core][storage]") {
    const size_t before = memory_statistics().bytes_in_use;
    void* memory = context().acquire(1000);
    CHECK(reinterpret_cast<uintptr_t>(memory) % 64 == 0);
    CHECK(memory_statistics().bytes_in_use >= before + 1000);
    context().release(memory);
    context().release(nullptr);
    CHECK(memory_statistics().bytes_in_use == before);
}
