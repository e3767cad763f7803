#pragma once

#include "io/file.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <string>

namespace keratin::io {

/// What a signal interrupted is done again.
template <class Call>
auto uninterrupted(const Call& call) {
    for (;;)
        if (const auto result = call(); result >= 0 || errno != EINTR) return result;
}

/// The directory of a path: what is renamed or removed there is on disk only when it is synced. Opened
/// before, so that what fails still fails with the old file in place.
class Directory {
public:
    explicit Directory(const std::string& path)
        : descriptor_(uninterrupted(
              [&] { return ::open(directory_of(path).c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC); })) {}
    ~Directory() {
        if (descriptor_ >= 0) ::close(descriptor_);
    }
    Directory(const Directory&) = delete;
    Directory& operator=(const Directory&) = delete;

    /// Who may write into a directory may not always read it.
    bool failed() const { return descriptor_ < 0 && errno != EACCES; }
    /// False with errno when it cannot.
    bool sync() {
        // Some file systems have nothing to sync there, and say so.
        return descriptor_ < 0 || uninterrupted([&] { return ::fsync(descriptor_); }) == 0 ||
               errno == EINVAL || errno == ENOTSUP;
    }

private:
    int descriptor_;
};

}  // namespace keratin::io
