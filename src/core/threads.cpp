#include <keratin/core/threads.hpp>

#include <keratin/core/error.hpp>

#include "core/context.hpp"
#include "core/memory_pool.hpp"
#include "core/thread_pool.hpp"

#ifdef __linux__
#include <sched.h>
#endif

#include <algorithm>
#include <atomic>
#include <thread>

namespace keratin {
namespace {

// Below this many floating-point operations, waking a helper costs more than it brings.
constexpr int64_t least_shared_work = 100'000;

std::atomic<int> chosen_threads{0};

int processors() {
#ifdef __linux__
    cpu_set_t allowed;
    if (sched_getaffinity(0, sizeof allowed, &allowed) == 0) return std::max(1, CPU_COUNT(&allowed));
#endif
    return std::max(1, static_cast<int>(std::thread::hardware_concurrency()));
}

void parallel(int64_t tasks, int64_t work, void (*body)(void*, int64_t, int64_t), void* data) {
    if (tasks <= 0) return;
    const int threads = work < least_shared_work || tasks == 1 ? 1 : num_threads();
    if (threads == 1) return body(data, 0, tasks);
    ThreadPool::instance().run(tasks, threads, body, data);
}

}  // namespace

void set_num_threads(int threads) {
    if (threads < 0)
        fail<ValueError>(
            "set_num_threads: {} threads were asked for; use 1 or more, or 0 for the number of processors",
            threads);
    chosen_threads.store(threads);
}

int num_threads() {
    static const int automatic = processors();
    const int chosen = chosen_threads.load(std::memory_order_relaxed);
    return chosen > 0 ? chosen : automatic;
}

const char* isa() {
    return kernels::active_isa();
}

const kernels::Context& context() {
    static constexpr kernels::Context borrowed{
        parallel, [](size_t bytes) { return MemoryPool::instance().acquire(bytes); },
        [](void* memory) { MemoryPool::instance().release(memory); }};
    return borrowed;
}

}  // namespace keratin
