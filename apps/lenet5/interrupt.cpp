#include "interrupt.hpp"

#include <fmt/core.h>

#include <csignal>
#include <ctime>

namespace lenet5 {
namespace {

sigset_t interrupt_set() {
    sigset_t set;
    sigemptyset(&set);
    sigaddset(&set, SIGINT);
    return set;
}

}  // namespace

// A thread that waits for the signal may do what a signal handler may not, such as asking a stop_source. It
// is made before the library's threads, so that they inherit the blocked signal.
Interrupt::Interrupt() {
    const sigset_t set = interrupt_set();
    pthread_sigmask(SIG_BLOCK, &set, nullptr);
    waiter_ = std::jthread([source = source_, set](std::stop_token done) mutable {
        const timespec tick{0, 100'000'000};
        while (!done.stop_requested()) {
            if (sigtimedwait(&set, nullptr, &tick) != SIGINT) continue;
            fmt::print(stderr, "\nstopping after this batch; Ctrl-C again ends at once\n");
            source.request_stop();
            std::signal(SIGINT, SIG_DFL);
            pthread_sigmask(SIG_UNBLOCK, &set, nullptr);
            return;
        }
    });
}

Interrupt::~Interrupt() {
    waiter_.request_stop();
    waiter_.join();
    const sigset_t set = interrupt_set();
    pthread_sigmask(SIG_UNBLOCK, &set, nullptr);
}

}  // namespace lenet5
