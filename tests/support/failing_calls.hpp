#pragma once

#include <cstddef>
#include <functional>
#include <string>

namespace test {

/// Which call of the system fails, and how. The library's calls reach the system through the linker's --wrap
/// (tests/CMakeLists.txt), so nothing in the library knows of this.
struct Failure {
    std::string call;      ///< "open", "write", "pread", "fsync", "rename" or "close"
    int at = 1;            ///< the first of these calls, the second, ...
    int error = 0;         ///< errno; a failed close() closes all the same, as Linux does
    bool lasting = false;  ///< and so does every later one
    bool halves = false;   ///< no failure, but write() takes, or pread() gives, only half of what was asked
};

/// While it lives, that call fails, whichever thread makes it. One at a time.
class FailingCalls {
public:
    explicit FailingCalls(const Failure& failure);
    ~FailingCalls();
    FailingCalls(const FailingCalls&) = delete;
    FailingCalls& operator=(const FailingCalls&) = delete;

    bool happened() const;  ///< there were so many calls
};

/// Who may read and write the file that open() made last, from the beginning: its mode before the umask.
unsigned mode_of_last_file();

/// How many files the process has open.
size_t open_descriptors();

/// Calls `save`, which replaces the file `path`, again and again, each time with another single call of the
/// system failing: ENOSPC, EIO, EINTR and half writes, once and lastingly, until every call has had its turn.
/// Checks of each: what can be retried is; otherwise an IoError names the path and the cause and the old file
/// stays as it was (or, when only the directory could not be synced, the whole new one is there); no
/// temporary file and no open descriptor remain. Returns how many failures there were.
size_t check_failing_saves(const std::string& path, const std::function<void()>& save);

}  // namespace test
