#include "core/thread_pool.hpp"

#include <pthread.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <system_error>
#include <utility>

namespace keratin {
namespace {

constexpr int64_t max_ranges = 0xffff;
// Pieces to a thread: whoever is done takes another, so that a thread that was held up does not hold up the
// rest.
constexpr int64_t pieces = 4;

// True while this thread runs a body: loops inside it are serial.
thread_local bool inside_body = false;

uint64_t ticket_of(uint32_t job, int64_t next, int64_t end) {
    return uint64_t{job} << 32 | static_cast<uint64_t>(end) << 16 | static_cast<uint64_t>(next);
}
int64_t end_of(uint64_t ticket) {
    return static_cast<int64_t>((ticket >> 16) & 0xffff);
}
int64_t next_of(uint64_t ticket) {
    return static_cast<int64_t>(ticket & 0xffff);
}

void pause() {
#if defined(__x86_64__) || defined(__i386__)
    __builtin_ia32_pause();
#else
    std::this_thread::yield();
#endif
}

/// Waits for `ready` without sleeping, for as long as waking up a thread takes: in a training step the next
/// loop comes sooner than that.
template <class Ready>
bool spin(const Ready& ready) {
    using clock = std::chrono::steady_clock;
    const auto end = clock::now() + std::chrono::microseconds(40);
    do {
        for (int i = 0; i < 32; ++i) {
            if (ready()) return true;
            pause();
        }
    } while (clock::now() < end);
    return ready();
}

}  // namespace

/// A helper may have held the mutex or waited when the process was forked, so the child touches neither.
ThreadPool::ThreadPool() : process_(getpid()) {
    pthread_atfork(nullptr, nullptr, [] { instance().stopping_.store(true); });
}

ThreadPool& ThreadPool::instance() {
    static ThreadPool& pool = *new ThreadPool;  // objects with static lifetime may still compute
    return pool;
}

void ThreadPool::run(int64_t tasks, int64_t threads, Body body, void* data, Wake wake) {
    const int64_t ranges = std::min({threads > 1 ? threads * pieces : 1, tasks, max_ranges});
    std::unique_lock in_use(in_use_, std::defer_lock);
    if (ranges <= 1 || inside_body || stopping_.load() || !in_use.try_lock()) return body(data, 0, tasks);
    if (wake == Wake::nobody && sleepers_.load() >= started_.load()) return body(data, 0, tasks);
    start_helpers(std::min(threads, ranges) - 1);

    publish({body, data, tasks, ranges}, std::min({threads, ranges, max_shares}));
    if (wake == Wake::all && sleepers_.load() > 0) {
        const std::lock_guard lock(mutex_);
        work_.notify_all();
    }
    run_ranges(0);
    wait_for_helpers();

    std::exception_ptr exception;
    {
        const std::lock_guard lock(mutex_);
        exception = std::exchange(exception_, nullptr);
    }
    if (exception) std::rethrow_exception(std::move(exception));
}

void ThreadPool::publish(const Job& job, int64_t shares) noexcept {
    const uint32_t number = jobs_.load() + 1;
    job_ = job;
    remaining_.store(job.ranges);
    for (int64_t i = 0; i < shares; ++i)
        shares_[static_cast<size_t>(i)].ticket.store(
            ticket_of(number, job.ranges * i / shares, job.ranges * (i + 1) / shares));
    shares_in_use_.store(shares);
    jobs_.store(number);
}

void ThreadPool::wait_for_helpers() noexcept {
    const auto done = [this] { return remaining_.load() == 0; };
    if (spin(done)) return;
    std::unique_lock lock(mutex_);
    caller_sleeps_.store(true);
    done_.wait(lock, done);
    caller_sleeps_.store(false);
}

/// Runs ranges of the present job until none is left: those of its own share, then of the others. True when
/// there was one. Ranges that are done are counted off together, as the count goes from core to core.
bool ThreadPool::run_ranges(int64_t thread) noexcept {
    int64_t count = 0;
    const int64_t shares = shares_in_use_.load();
    for (int64_t i = 0; i < shares; ++i) {
        std::atomic<uint64_t>& ticket = shares_[static_cast<size_t>((thread + i) % shares)].ticket;
        uint64_t seen = ticket.load();
        while (next_of(seen) < end_of(seen)) {
            if (!ticket.compare_exchange_weak(seen, seen + 1)) continue;
            run_range(next_of(seen));
            ++count;
            seen = ticket.load();
        }
    }
    if (count > 0 && remaining_.fetch_sub(count) == count && caller_sleeps_.load()) {
        const std::lock_guard lock(mutex_);
        done_.notify_one();
    }
    return count > 0;
}

void ThreadPool::run_range(int64_t range) noexcept {
    const Job job = job_;
    const int64_t each = job.tasks / job.ranges;
    const int64_t more = job.tasks % job.ranges;  // the first ranges take one task more
    const int64_t begin = range * each + std::min(range, more);
    const int64_t end = begin + each + (range < more ? 1 : 0);
    inside_body = true;
    try {
        job.body(job.data, begin, end);
    } catch (...) {
        const std::lock_guard lock(mutex_);
        if (!exception_) exception_ = std::current_exception();
    }
    inside_body = false;
}

void ThreadPool::help(int64_t thread) noexcept {
    while (!stopping_.load()) {
        const uint32_t seen = jobs_.load();
        const bool worked = run_ranges(thread);
        const auto news = [this, seen] { return jobs_.load() != seen || stopping_.load(); };
        if (worked && spin(news)) continue;
        std::unique_lock lock(mutex_);
        sleepers_.fetch_add(1);
        work_.wait(lock, news);
        sleepers_.fetch_sub(1);
    }
}

void ThreadPool::start_helpers(int64_t count) noexcept {
    if (started_.load() >= count) return;
    // Destroyed before what was made earlier, at exit and when the library is unloaded.
    static const struct Guard {
        ~Guard() { instance().stop(); }
    } guard;
    const std::lock_guard lock(mutex_);
    try {
        for (; !stopping_.load() && started_.load() < count; started_.fetch_add(1))
            helpers_.emplace_back([this, thread = started_.load() + 1] { help(thread); });
    } catch (const std::exception&) {
        // The system has no more threads: those that there are do the work.
    }
}

void ThreadPool::stop() noexcept {
    if (process_ != getpid()) return;
    std::vector<std::thread> helpers;
    {
        const std::lock_guard lock(mutex_);
        stopping_.store(true);
        helpers.swap(helpers_);
        work_.notify_all();
    }
    for (std::thread& helper : helpers) {
        // A body that calls exit() ends up here on a helper, which cannot wait for itself.
        if (inside_body)
            helper.detach();
        else
            helper.join();
    }
}

}  // namespace keratin
