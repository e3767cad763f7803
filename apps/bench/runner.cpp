#include "bench.hpp"
#include "counters.hpp"
#include "machine.hpp"

#include <keratin/core/storage.hpp>
#include <keratin/core/threads.hpp>

#include <benchmark/benchmark.h>
#include <sys/resource.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cstdlib>
#include <new>

namespace {
std::atomic<int64_t> news{0};

void* counted(size_t bytes, size_t alignment) {
    news.fetch_add(1, std::memory_order_relaxed);
    const size_t rounded = (std::max<size_t>(bytes, 1) + alignment - 1) / alignment * alignment;
    if (void* memory = std::aligned_alloc(alignment, rounded)) return memory;
    throw std::bad_alloc();
}
}  // namespace

// Replaced to be counted.
void* operator new(size_t bytes) {
    return counted(bytes, alignof(std::max_align_t));
}
void* operator new(size_t bytes, std::align_val_t alignment) {
    return counted(bytes, static_cast<size_t>(alignment));
}
void operator delete(void* memory) noexcept {
    std::free(memory);
}
void operator delete(void* memory, size_t) noexcept {
    std::free(memory);
}
void operator delete(void* memory, std::align_val_t) noexcept {
    std::free(memory);
}
void operator delete(void* memory, size_t, std::align_val_t) noexcept {
    std::free(memory);
}

namespace bench {

int64_t heap_allocations() {
    return news.load() + static_cast<int64_t>(keratin::memory_statistics().system_allocations);
}

int64_t page_faults() {
    rusage usage{};
    getrusage(RUSAGE_SELF, &usage);
    return usage.ru_minflt;
}

namespace {

struct Fastest {
    double seconds = 1e30;
    double peak_flops = 0;
    double peak_bandwidth = 0;
    double allocations = 1e30;
    double page_faults = 1e30;
    double bare_seconds = 1e30;
};

double seconds_of(const std::function<void()>& work) {
    using clock = std::chrono::steady_clock;
    const auto start = clock::now();
    work();
    return std::chrono::duration<double>(clock::now() - start).count();
}

/// What one run of Google Benchmark times: the machine before and after, the step in between.
void measure(benchmark::State& state, const Case& what, int threads, Fastest& best) {
    keratin::set_num_threads(threads);
    const auto step = what.prepare();
    const auto bare = what.prepare_bare ? what.prepare_bare() : std::function<void()>();
    for (int i = 0; i < 3; ++i) step();
    if (bare) bare();
    const auto see_machine = [&] {
        if (what.bytes > 0) best.peak_bandwidth = std::max(best.peak_bandwidth, measure_bandwidth(threads));
        best.peak_flops = std::max(best.peak_flops, measure_peak_flops(threads));
    };
    see_machine();
    step();
    int64_t allocations = -heap_allocations(), faults = -page_faults();
    double bare_seconds = 0;
    for (auto unused : state) {
        step();
        if (!bare) continue;
        state.PauseTiming();
        allocations += heap_allocations(), faults += page_faults();
        bare_seconds += seconds_of(bare);
        allocations -= heap_allocations(), faults -= page_faults();
        state.ResumeTiming();
    }
    const auto steps = static_cast<double>(state.iterations() * what.steps);
    best.allocations =
        std::min(best.allocations, static_cast<double>(allocations + heap_allocations()) / steps);
    best.page_faults = std::min(best.page_faults, static_cast<double>(faults + page_faults()) / steps);
    best.bare_seconds = std::min(best.bare_seconds, bare_seconds / steps);
    see_machine();
}

/// Keeps the fastest repetition.
class Reporter : public benchmark::BenchmarkReporter {
public:
    explicit Reporter(Fastest& best) : best_(best) {}
    bool ReportContext(const Context&) override { return true; }
    void ReportRuns(const std::vector<Run>& runs) override {
        for (const Run& run : runs)
            if (run.run_type == Run::RT_Iteration && run.iterations > 0)
                best_.seconds =
                    std::min(best_.seconds, run.real_accumulated_time / static_cast<double>(run.iterations));
    }

private:
    Fastest& best_;
};

}  // namespace

Record run(const Case& what, const RunOptions& options) {
    const int threads = what.threads > 0 ? what.threads : options.threads;
    Fastest best;
    benchmark::ClearRegisteredBenchmarks();
    benchmark::RegisterBenchmark(what.name.c_str(),
                                 [&](benchmark::State& state) { measure(state, what, threads, best); })
        ->UseRealTime()
        ->MinTime(options.seconds)
        ->Repetitions(options.repetitions);
    Reporter reporter(best);
    benchmark::RunSpecifiedBenchmarks(&reporter);
    return {what,
            threads,
            best.seconds / static_cast<double>(what.steps),
            best.peak_flops,
            best.peak_bandwidth,
            best.allocations,
            best.page_faults,
            best.bare_seconds};
}

}  // namespace bench
