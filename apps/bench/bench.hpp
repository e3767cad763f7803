#pragma once

#include <functional>
#include <string>
#include <vector>

/// What keratin-bench times, and what it says of it.
namespace bench {

/// One thing to time. `prepare` makes the data and answers the step that is timed.
struct Case {
    std::string name;   ///< "lenet5/train/batch:128"
    double flops = 0;   ///< of a step, counted as a dense algorithm does; 0 when memory is the limit
    double bytes = 0;   ///< that a step must read and write at least; 0 when arithmetic is the limit
    double images = 0;  ///< in a step
    double ops = 0;     ///< library calls in a step, where the cost of a call is what matters
    int threads = 0;    ///< 0: as the command line says
    std::function<std::function<void()>()> prepare = {};
    int64_t steps = 1;  ///< that one call of what `prepare` answers makes
    /// Another way to make as many steps, timed in turns with the first, to be compared.
    std::function<std::function<void()>()> prepare_bare = {};
};

/// The cases of each suite.
std::vector<Case> kernel_cases();
std::vector<Case> net_cases();
std::vector<Case> scaling_cases();
std::vector<Case> overhead_cases();

/// A timed case beside what the machine could do in the same moments.
struct Record {
    Case what;
    int threads;
    double seconds;         ///< a step
    double peak_flops;      ///< a second, all threads, at most
    double peak_bandwidth;  ///< bytes a second of a triad a[i] = b[i] + s * c[i]
    double allocations;     ///< heap allocations a step
    double page_faults;     ///< a step
    double bare_seconds;    ///< a bare step; 0 when there is none
};

struct RunOptions {
    int threads = 0;
    double seconds = 0.5;  ///< to measure each case for, at least
    int repetitions = 3;   ///< the fastest counts
};

/// Times one case with Google Benchmark.
Record run(const Case& what, const RunOptions& options);

void print(const Record& record);
/// A JSON array, one object a record.
void write_json(const std::vector<Record>& records, const std::string& path);

}  // namespace bench
