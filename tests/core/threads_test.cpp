#include "support/catch.hpp"

#include <keratin/core/error.hpp>
#include <keratin/core/threads.hpp>

#include "core/context.hpp"
#include "core/thread_pool.hpp"

#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <functional>
#include <numeric>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

using namespace keratin;

namespace {

using Loop = std::function<void(int64_t begin, int64_t end)>;

void body_of(void* loop, int64_t begin, int64_t end) {
    (*static_cast<const Loop*>(loop))(begin, end);
}

void run(int64_t tasks, int64_t threads, Loop loop) {
    ThreadPool::instance().run(tasks, threads, body_of, &loop);
}

/// Puts the number of threads back.
struct Restore {
    ~Restore() { set_num_threads(0); }
};

}  // namespace

TEST_CASE("The number of threads is the machine's until it is set", "[core][threads]") {
    const Restore restore;
    const int automatic = num_threads();
    CHECK(automatic >= 1);
    CHECK(automatic <= static_cast<int>(std::max(1u, std::thread::hardware_concurrency())));
    set_num_threads(3);
    CHECK(num_threads() == 3);
    set_num_threads(0);
    CHECK(num_threads() == automatic);
    CHECK_THROWS_MATCHES(set_num_threads(-2), ValueError,
                         Message("set_num_threads: -2 threads were asked for; use 1 or more, or 0 for the "
                                 "number of processors"));
    CHECK(num_threads() == automatic);
}

TEST_CASE("The instruction set has one of three names", "[core][threads]") {
    const std::string name = isa();
    CHECK((name == "sse2" || name == "avx2" || name == "avx512"));
}

TEST_CASE("A loop runs every task once, in at most four pieces to a thread", "[core][threads]") {
    const int64_t tasks = GENERATE(0, 1, 2, 7, 100, 1001);
    const int64_t threads = GENERATE(1, 2, 3, 8, 64);
    INFO(tasks << " tasks on " << threads << " threads");
    std::vector<std::atomic<int>> seen(static_cast<size_t>(tasks));
    std::atomic<int64_t> pieces{0}, largest{0};
    run(tasks, threads, [&](int64_t begin, int64_t end) {
        ++pieces;
        int64_t before = largest;
        while (end - begin > before && !largest.compare_exchange_weak(before, end - begin)) {
        }
        for (int64_t i = begin; i < end; ++i) ++seen[static_cast<size_t>(i)];
    });
    for (const std::atomic<int>& count : seen) CHECK(count == 1);
    CHECK(pieces <= std::max<int64_t>(1, std::min(tasks, threads == 1 ? 1 : 4 * threads)));
    if (pieces > 1) CHECK(largest == (tasks + pieces - 1) / pieces);
}

TEST_CASE("Loops follow one another without losing a task", "[core][threads]") {
    std::atomic<int64_t> sum{0};
    for (int64_t round = 0; round < 2000; ++round)
        run(round % 9, 4, [&](int64_t begin, int64_t end) {
            for (int64_t i = begin; i < end; ++i) sum += i + 1;
        });
    int64_t expected = 0;
    for (int64_t round = 0; round < 2000; ++round) expected += (round % 9) * (round % 9 + 1) / 2;
    CHECK(sum == expected);
}

TEST_CASE("A loop inside of a loop is serial", "[core][threads]") {
    std::atomic<int> inner_pieces{0}, total{0};
    run(4, 4, [&](int64_t begin, int64_t end) {
        for (int64_t i = begin; i < end; ++i)
            run(10, 5, [&](int64_t first, int64_t last) {
                ++inner_pieces;
                total += static_cast<int>(last - first);
            });
    });
    CHECK(total == 40);
    CHECK(inner_pieces == 4);
}

TEST_CASE("Many callers at once all get their loops done", "[core][threads]") {
    std::vector<std::thread> callers;
    std::atomic<int64_t> wrong{0};
    for (int caller = 0; caller < 6; ++caller)
        callers.emplace_back([&] {
            for (int round = 0; round < 200; ++round) {
                std::vector<std::atomic<int>> seen(33);
                run(33, 4, [&](int64_t begin, int64_t end) {
                    for (int64_t i = begin; i < end; ++i) ++seen[static_cast<size_t>(i)];
                });
                for (const std::atomic<int>& count : seen) wrong += count != 1;
            }
        });
    for (std::thread& caller : callers) caller.join();
    CHECK(wrong == 0);
}

TEST_CASE("The first exception of a loop reaches its caller, and the next loop runs", "[core][threads]") {
    for (int round = 0; round < 50; ++round) {
        CHECK_THROWS_AS(run(8, 4,
                            [](int64_t begin, int64_t) {
                                if (begin >= 2) throw std::runtime_error("stop");
                            }),
                        std::runtime_error);
        std::atomic<int> done{0};
        run(8, 4, [&](int64_t begin, int64_t end) { done += static_cast<int>(end - begin); });
        CHECK(done == 8);
    }
}

TEST_CASE("Little work stays on the calling thread", "[core][threads]") {
    const Restore restore;
    set_num_threads(4);
    struct Seen {
        std::thread::id caller = std::this_thread::get_id();
        std::atomic<int> pieces{0}, elsewhere{0};
    };
    const auto count = [](void* data, int64_t, int64_t) {
        Seen& seen = *static_cast<Seen*>(data);
        ++seen.pieces;
        seen.elsewhere += std::this_thread::get_id() != seen.caller;
    };
    Seen little, none;
    context().parallel(8, 1000, count, &little);
    CHECK(little.pieces == 1);
    CHECK(little.elsewhere == 0);
    context().parallel(0, 1'000'000, count, &none);
    CHECK(none.pieces == 0);
    Seen much;
    context().parallel(100, 1'000'000, count, &much);
    CHECK(much.pieces >= 1);
    CHECK(much.pieces <= 16);
}

TEST_CASE("Sleeping helpers are left asleep where waking them does not pay", "[core][threads]") {
    run(8, 4, [](int64_t, int64_t) {});
    std::this_thread::sleep_for(std::chrono::milliseconds(20));
    std::atomic<int> pieces{0};
    Loop loop = [&](int64_t, int64_t) { ++pieces; };
    ThreadPool::instance().run(8, 4, body_of, &loop, ThreadPool::Wake::nobody);
    CHECK(pieces == 1);
    run(8, 4, loop);
    CHECK(pieces == 1 + 8);
}

TEST_CASE("parallel_for() covers its range once and passes an exception on", "[core][threads]") {
    const Restore restore;
    set_num_threads(3);
    std::vector<std::atomic<int>> seen(100);
    parallel_for(100, 10'000'000, [&](int64_t begin, int64_t end) {
        for (int64_t i = begin; i < end; ++i) ++seen[static_cast<size_t>(i)];
    });
    for (const std::atomic<int>& count : seen) CHECK(count == 1);
    CHECK_THROWS_AS(parallel_for(100, 10'000'000, [](int64_t, int64_t) { throw std::runtime_error("stop"); }),
                    std::runtime_error);
    parallel_for(0, 0, [](int64_t, int64_t) { FAIL("there is nothing to do"); });
}

TEST_CASE("A forked child, which has no helpers, still does its work and ends", "[core][threads]") {
    const int pause = GENERATE(0, 20, 60, 1000);  // microseconds: the helpers at work, about to sleep, asleep
    run(8, 4, [](int64_t, int64_t) {});
    usleep(static_cast<useconds_t>(pause));
    const pid_t child = fork();
    REQUIRE(child >= 0);
    if (child == 0) {
        int64_t done = 0;
        for (int round = 0; round < 3; ++round)
            run(8, 4, [&](int64_t begin, int64_t end) { done += end - begin; });
        ThreadPool::instance().stop();  // as exit() does
        _exit(done == 3 * 8 ? 0 : 1);
    }
    int status = -1;
    for (int tries = 0; tries < 1000 && waitpid(child, &status, WNOHANG) == 0; ++tries) usleep(10'000);
    const bool ended = WIFEXITED(status) && WEXITSTATUS(status) == 0;
    if (!ended && kill(child, SIGKILL) == 0) waitpid(child, &status, 0);
    CHECK(ended);
}
