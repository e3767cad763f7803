#pragma once

#include <ctime>

namespace test {

/// Seconds that all threads of the process have worked: the machine may have other things to do.
inline double processor_seconds() {
    timespec time{};
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time);
    return static_cast<double>(time.tv_sec) + 1e-9 * static_cast<double>(time.tv_nsec);
}

}  // namespace test
