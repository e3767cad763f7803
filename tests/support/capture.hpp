#pragma once

#include <cstdio>
#include <regex>
#include <stdexcept>
#include <string>
#include <utility>

#include <unistd.h>

namespace test {

/// Takes what is written to a stream of stdio while it lives; the descriptor comes back in any case.
class Capture {
public:
    explicit Capture(std::FILE* stream = stdout) : stream_(stream), file_(std::tmpfile()) {
        std::fflush(stream_);
        before_ = dup(fileno(stream_));
        if (!file_ || before_ < 0 || dup2(fileno(file_), fileno(stream_)) < 0)
            throw std::runtime_error("cannot capture a stream");
    }
    ~Capture() {
        std::fflush(stream_);
        dup2(before_, fileno(stream_));
        close(before_);
        std::fclose(file_);
    }
    Capture(const Capture&) = delete;
    Capture& operator=(const Capture&) = delete;

    /// What came since the last time.
    std::string take() {
        std::fflush(stream_);
        std::fseek(file_, 0, SEEK_END);
        const long end = std::ftell(file_);
        std::string text(static_cast<size_t>(end - taken_), '\0');
        std::fseek(file_, std::exchange(taken_, end), SEEK_SET);
        if (std::fread(text.data(), 1, text.size(), file_) != text.size())
            throw std::runtime_error("cannot read what was captured");
        std::fseek(file_, 0, SEEK_END);
        return text;
    }

private:
    std::FILE* stream_;
    std::FILE* file_;
    int before_ = -1;
    long taken_ = 0;
};

/// What a function writes to a stream.
template <class F>
std::string captured(F function, std::FILE* stream = stdout) {
    Capture capture(stream);
    function();
    return capture.take();
}

/// A bar's text as of a machine that takes no time.
inline std::string without_times(const std::string& text) {
    return std::regex_replace(text, std::regex(R"(\d+(us|ms|s)\b)"), "0s");
}

}  // namespace test
