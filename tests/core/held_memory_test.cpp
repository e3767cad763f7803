#include "support/catch.hpp"

#include <keratin/core/error.hpp>
#include <keratin/core/storage.hpp>
#include <keratin/core/threads.hpp>

#include "core/context.hpp"

#include <atomic>
#include <chrono>
#include <cstdint>
#include <cstring>
#include <thread>

using namespace keratin;

namespace {

constexpr size_t size = 4096;
constexpr size_t too_much = size_t{1} << 60;
constexpr unsigned char mark = 0x5a;

bool is_marked(const unsigned char* memory) {
    for (size_t i = 0; i < size; ++i)
        if (memory[i] != mark) return false;
    return true;
}

/// What a kernel does, without the destructors that it does not run either.
struct Kernel {
    unsigned char* shared = nullptr;
    std::atomic<int> failed{0};
    std::atomic<int> spoiled{0};

    void run() {
        shared = static_cast<unsigned char*>(context().acquire(size));
        std::memset(shared, mark, size);
        context().parallel(64, int64_t{1} << 40, body, this);
    }

    static void body(void* data, int64_t begin, int64_t) {
        Kernel& self = *static_cast<Kernel*>(data);
        std::memset(context().acquire(size), 0, size);
        if (begin == 0) {
            ++self.failed;
            context().acquire(too_much);
        }
        // Meanwhile the first piece has failed, and nobody may have given away what the others read.
        std::this_thread::sleep_for(std::chrono::milliseconds(1));
        void* other = context().acquire(size);
        std::memset(other, 0, size);
        if (!is_marked(self.shared)) ++self.spoiled;
        context().release(other);
        context().acquire(too_much);
    }
};

}  // namespace

TEST_CASE("Memory that a kernel held when it failed is given back, and not before the others are done",
          "[core][threads]") {
    for (const int threads : {1, 2, 4}) {
        set_num_threads(threads);
        const size_t before = memory_statistics().bytes_in_use;
        Kernel kernel;
        CHECK_THROWS_AS(kernel.run(), ValueError);
        CHECK(kernel.failed == 1);
        CHECK(kernel.spoiled == 0);
        CHECK(memory_statistics().bytes_in_use == before);
    }
    set_num_threads(0);
}
