#include "common/interrupt.hpp"

#include <fmt/core.h>

#include <csignal>
#include <ctime>

namespace apps {
namespace {

sigset_t signals() {
    sigset_t set;
    sigemptyset(&set);
    sigaddset(&set, SIGINT);
    sigaddset(&set, SIGTERM);
    return set;
}

/// Ends the program as the signal does that nobody catches, so that the shell sees which it was.
void die_of(int signal, const sigset_t& set) {
    std::signal(signal, SIG_DFL);
    pthread_sigmask(SIG_UNBLOCK, &set, nullptr);
    std::raise(signal);
}

}  // namespace

// A thread that waits for the signal may do what a signal handler may not, such as asking a stop_source. The
// signals are blocked first, so that every thread that comes later inherits it and only this one gets them.
Interrupt::Interrupt() {
    const sigset_t set = signals();
    pthread_sigmask(SIG_BLOCK, &set, nullptr);
    waiter_ = std::jthread([source = source_, set](std::stop_token done) mutable {
        const timespec tick{0, 50'000'000};
        while (!done.stop_requested()) {
            const int signal = sigtimedwait(&set, nullptr, &tick);
            if (signal != SIGINT && signal != SIGTERM) continue;
            if (!source.request_stop()) die_of(signal, set);
            fmt::print(stderr, "\nstopping after this batch; once more ends the program at once\n");
        }
    });
}

Interrupt::~Interrupt() {
    waiter_.request_stop();
    waiter_.join();
    const sigset_t set = signals();
    pthread_sigmask(SIG_UNBLOCK, &set, nullptr);
}

}  // namespace apps
