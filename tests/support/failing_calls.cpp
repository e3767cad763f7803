#include "support/failing_calls.hpp"

#include "support/catch.hpp"
#include "support/files.hpp"

#include <keratin/core/error.hpp>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdarg>
#include <cstring>
#include <filesystem>
#include <mutex>

namespace {

std::mutex mutex;
const test::Failure* planned = nullptr;  ///< under the mutex, as all here
int calls = 0;
bool happened = false;
mode_t last_mode = 0;

enum class Fate { usual, failure, half };

Fate fate_of(const char* call) {
    const std::lock_guard lock(mutex);
    if (!planned || planned->call != call) return Fate::usual;
    ++calls;
    if (calls != planned->at && !(planned->lasting && calls > planned->at)) return Fate::usual;
    happened = true;
    if (planned->halves) return Fate::half;
    errno = planned->error;
    return Fate::failure;
}

}  // namespace

extern "C" {
int __real_open(const char* path, int flags, ...);
ssize_t __real_write(int file, const void* from, size_t bytes);
ssize_t __real_pread(int file, void* to, size_t bytes, off_t offset);
int __real_fsync(int file);
int __real_rename(const char* from, const char* to);
int __real_close(int file);

int __wrap_open(const char* path, int flags, ...) {
    va_list rest;
    va_start(rest, flags);
    const mode_t mode = (flags & O_CREAT) ? va_arg(rest, mode_t) : 0;
    va_end(rest);
    if (flags & O_CREAT) {
        const std::lock_guard lock(mutex);
        last_mode = mode;
    }
    return fate_of("open") == Fate::failure ? -1 : __real_open(path, flags, mode);
}

ssize_t __wrap_write(int file, const void* from, size_t bytes) {
    const Fate fate = fate_of("write");
    if (fate == Fate::failure) return -1;
    return __real_write(file, from, fate == Fate::half ? (bytes + 1) / 2 : bytes);
}

ssize_t __wrap_pread(int file, void* to, size_t bytes, off_t offset) {
    const Fate fate = fate_of("pread");
    if (fate == Fate::failure) return -1;
    return __real_pread(file, to, fate == Fate::half ? (bytes + 1) / 2 : bytes, offset);
}

int __wrap_fsync(int file) {
    return fate_of("fsync") == Fate::failure ? -1 : __real_fsync(file);
}

int __wrap_rename(const char* from, const char* to) {
    return fate_of("rename") == Fate::failure ? -1 : __real_rename(from, to);
}

int __wrap_close(int file) {
    const Fate fate = fate_of("close");
    const int error = errno;
    const int result = __real_close(file);
    if (fate != Fate::failure) return result;
    errno = error;
    return -1;
}
}

namespace test {

FailingCalls::FailingCalls(const Failure& failure) {
    const std::lock_guard lock(mutex);
    planned = new Failure(failure);
    calls = 0;
    ::happened = false;
}

FailingCalls::~FailingCalls() {
    const std::lock_guard lock(mutex);
    delete planned;
    planned = nullptr;
}

bool FailingCalls::happened() const {
    const std::lock_guard lock(mutex);
    return ::happened;
}

unsigned mode_of_last_file() {
    const std::lock_guard lock(mutex);
    return last_mode;
}

size_t open_descriptors() {
    size_t count = 0;
    for ([[maybe_unused]] const auto& entry : std::filesystem::directory_iterator("/proc/self/fd")) ++count;
    return count;
}

namespace {

/// One save under one failure; false when so many calls are not made.
bool check_failing_save(const std::string& path, const std::function<void()>& save, const Failure& failure,
                        const std::string& before, const std::string& after) {
    const std::string directory = std::filesystem::path(path).parent_path().string();
    const auto entries = [&] { return std::distance(std::filesystem::directory_iterator(directory), {}); };
    write_file(path, before);
    const auto entries_before = entries();
    const size_t open_before = open_descriptors();
    std::string error;
    bool happened = false;
    {
        const FailingCalls guard(failure);
        try {
            save();
        } catch (const keratin::IoError& caught) {
            error = caught.what();
        }
        happened = guard.happened();
    }
    if (!happened) return false;
    INFO(failure.call << "() number " << failure.at << ": "
                      << (failure.halves ? "half of it is done" : std::strerror(failure.error))
                      << (failure.lasting ? ", and so on" : "") << "; the error was \"" << error << '"');
    const std::string found = read_file(path);
    const bool retried = failure.halves || (failure.error == EINTR && !failure.lasting);
    if (error.empty()) {
        CHECK(found == after);
        CHECK((retried || failure.call == "close"));  // of the directory, when all is done
    } else {
        CHECK_FALSE(retried);
        CHECK(error.starts_with(path + ": "));
        CHECK(error.find(std::strerror(failure.error)) != std::string::npos);
        const bool replaced = error.find("it is replaced, but") != std::string::npos;
        CHECK(found == (replaced ? after : before));
    }
    CHECK(entries() == entries_before);
    CHECK(open_descriptors() == open_before);
    return true;
}

}  // namespace

size_t check_failing_saves(const std::string& path, const std::function<void()>& save) {
    save();
    const std::string after = read_file(path);
    const std::string before = "what was there before";
    size_t failures = 0;
    const auto each = [&](Failure failure) {
        for (failure.at = 1; check_failing_save(path, save, failure, before, after); ++failure.at) ++failures;
    };
    for (const char* call : {"open", "write", "fsync", "rename", "close"}) {
        for (const int error : {ENOSPC, EIO}) {
            each({.call = call, .error = error});
            each({.call = call, .error = error, .lasting = true});
        }
        each({.call = call, .error = EINTR});
    }
    each({.call = "write", .halves = true});
    each({.call = "write", .lasting = true, .halves = true});
    return failures;
}

}  // namespace test
