#pragma once

#include <array>
#include <atomic>
#include <condition_variable>
#include <cstdint>
#include <exception>
#include <mutex>
#include <thread>
#include <vector>

namespace keratin {

/// Helper threads that share one loop at a time with the thread that calls run().
///
/// A job's ranges are dealt out as shares, one to a thread, so that from loop to loop a thread meets the rows
/// that lie in its own cache; whoever is done with its share goes on with the others. A share's ticket holds
/// (job number, end, next range) in one word. Whoever moves `next` by a compare-and-swap owns that range; as
/// the caller leaves only when every range is done, an owned range proves that the job's fields are still
/// those of this job.
class ThreadPool {
public:
    using Body = void (*)(void* data, int64_t begin, int64_t end);

    /// Waking a thread up takes longer than a small loop does.
    enum class Wake { all, nobody };

    static ThreadPool& instance();

    /// body over [0, tasks) on up to `threads` threads, in contiguous pieces. Serial when called from inside
    /// a body, when another thread has the helpers, when all of them sleep and nobody is to be woken up,
    /// while the process ends, or in a forked child, which has no helpers. Rethrows the first exception of a
    /// body.
    void run(int64_t tasks, int64_t threads, Body body, void* data, Wake wake = Wake::all);

    /// Ends the helpers; from then on run() is serial.
    void stop() noexcept;

private:
    ThreadPool();

    struct Job {
        Body body = nullptr;
        void* data = nullptr;
        int64_t tasks = 0;
        int64_t ranges = 0;
    };

    /// On a cache line of its own: each thread changes its own most of the time.
    struct alignas(64) Share {
        std::atomic<uint64_t> ticket{0};
    };
    static constexpr int64_t max_shares = 64;

    void start_helpers(int64_t count) noexcept;
    void help(int64_t thread) noexcept;
    void publish(const Job& job, int64_t shares) noexcept;
    bool run_ranges(int64_t thread) noexcept;
    void run_range(int64_t range) noexcept;
    void wait_for_helpers() noexcept;

    // What one thread writes and another waits for costs a trip between cores for every cache line.
    alignas(64) Job job_;
    std::atomic<int64_t> shares_in_use_{0};
    std::atomic<uint32_t> jobs_{0};  ///< told last, so that who hears of a job finds it
    std::array<Share, max_shares> shares_;
    alignas(64) std::atomic<int64_t> remaining_{0};
    std::atomic<bool> caller_sleeps_{false};

    alignas(64) std::mutex in_use_;  ///< held by the caller whose job runs
    std::exception_ptr exception_;   ///< under mutex_

    std::mutex mutex_;
    std::condition_variable work_;
    std::condition_variable done_;
    std::atomic<int> sleepers_{0};
    std::atomic<bool> stopping_{false};
    std::vector<std::thread> helpers_;  ///< under mutex_
    std::atomic<int64_t> started_{0};
    const long process_;  ///< in which the helpers are: not in a forked child
};

}  // namespace keratin
