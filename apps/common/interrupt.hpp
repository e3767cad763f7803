#pragma once

#include <stop_token>
#include <thread>

namespace apps {

/// Turns Ctrl-C (SIGINT, and SIGTERM) into a stop request while it lives: training then ends after the
/// running batch. A second one ends the program at once. To be made before the library's threads.
class Interrupt {
public:
    Interrupt();
    ~Interrupt();
    Interrupt(const Interrupt&) = delete;
    Interrupt& operator=(const Interrupt&) = delete;

    std::stop_token token() const { return source_.get_token(); }

private:
    std::stop_source source_;
    std::jthread waiter_;
};

}  // namespace apps
