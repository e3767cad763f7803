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
#include <iterator>
#include <thread>
#include <utility>
#include <vector>

namespace keratin {
namespace {

// Below so many floating-point operations, sharing a loop costs more than it brings; below so many, waking up
// a helper does that has gone to sleep.
constexpr int64_t worth_sharing = 100'000;
constexpr int64_t worth_waking = 2'000'000;

std::atomic<int> chosen_threads{0};

int processors() {
#ifdef __linux__
    cpu_set_t allowed;
    if (sched_getaffinity(0, sizeof allowed, &allowed) == 0) return std::max(1, CPU_COUNT(&allowed));
#endif
    return std::max(1, static_cast<int>(std::thread::hardware_concurrency()));
}

/// The memory that kernels hold on this thread. They are compiled without exceptions: one that passes through
/// them runs no destructor of theirs, so what they hold is given back where it starts.
class HeldMemory {
public:
    static HeldMemory& here() {
        thread_local HeldMemory held;
        return held;
    }

    void* acquire(size_t bytes) {
        blocks_.push_back(nullptr);
        return blocks_.back() = MemoryPool::instance().acquire(bytes);
    }
    void release(void* memory) {
        const auto found = std::find(blocks_.rbegin(), blocks_.rend(), memory);
        if (found == blocks_.rend()) return;
        blocks_.erase(std::next(found).base());
        MemoryPool::instance().release(memory);
    }
    /// Gives back what belongs to the functions that an exception leaves.
    void unwind() {
        for (; blocks_.size() > kept_; blocks_.pop_back()) MemoryPool::instance().release(blocks_.back());
    }

    /// The body of a loop: when it fails, other threads still read what was there before it.
    class Body {
    public:
        Body() : held_(here()), outer_(std::exchange(held_.kept_, held_.blocks_.size())) {}
        ~Body() { held_.kept_ = outer_; }
        Body(const Body&) = delete;
        Body& operator=(const Body&) = delete;

    private:
        HeldMemory& held_;
        const size_t outer_;
    };

private:
    std::vector<void*> blocks_;
    size_t kept_ = 0;  ///< blocks that no exception here leaves
};

/// Calls what may throw into a kernel.
template <class F>
auto unwinding(const F& f) {
    try {
        return f();
    } catch (...) {
        HeldMemory::here().unwind();
        throw;
    }
}

struct Loop {
    void (*body)(void*, int64_t, int64_t);
    void* data;

    static void run(void* loop, int64_t begin, int64_t end) {
        const HeldMemory::Body scope;
        const Loop& self = *static_cast<const Loop*>(loop);
        self.body(self.data, begin, end);
    }
};

void* acquire(size_t bytes) {
    return unwinding([&] { return HeldMemory::here().acquire(bytes); });
}

void release(void* memory) {
    HeldMemory::here().release(memory);
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

void detail::parallel_for(int64_t tasks, int64_t work, void (*body)(void*, int64_t, int64_t), void* data) {
    if (tasks <= 0) return;
    Loop loop{body, data};
    unwinding([&] {
        const int threads = work < worth_sharing || tasks == 1 ? 1 : num_threads();
        if (threads == 1) return Loop::run(&loop, 0, tasks);
        const auto wake = work < worth_waking ? ThreadPool::Wake::nobody : ThreadPool::Wake::all;
        ThreadPool::instance().run(tasks, threads, Loop::run, &loop, wake);
    });
}

const kernels::Context& context() {
    static constexpr kernels::Context borrowed{detail::parallel_for, acquire, release};
    return borrowed;
}

}  // namespace keratin
