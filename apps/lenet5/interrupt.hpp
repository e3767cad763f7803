#pragma once

#include <stop_token>
#include <thread>

namespace lenet5 {

/// Turns Ctrl-C into a stop request while it lives: training then ends after the running batch. A second
/// Ctrl-C ends the program at once.
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

}  // namespace lenet5
