#include "io/directory.hpp"
#include "io/file.hpp"

#include <keratin/core/error.hpp>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <cerrno>
#include <climits>
#include <cstring>
#include <optional>
#include <utility>

namespace keratin::io {
namespace {

const char* kind_of(mode_t mode) {
    return S_ISDIR(mode)    ? "a directory"
           : S_ISFIFO(mode) ? "a pipe"
           : S_ISSOCK(mode) ? "a socket"
                            : "a device";
}

/// The status of what stands at the path, links followed; nothing when nothing does. IoError for anything but
/// a regular file: the new file would take its place.
std::optional<struct stat> replaceable(const std::string& path) {
    struct stat status {};
    if (::stat(path.c_str(), &status) != 0) {
        if (errno == ENOENT) return {};
        fail<IoError>("{}: cannot be written: {}", path, std::strerror(errno));
    }
    if (!S_ISREG(status.st_mode))
        fail<IoError>("{}: it is {}, and only regular files are replaced; choose another name", path,
                      kind_of(status.st_mode));
    return status;
}

/// The name itself that links lead to, also when nothing stands there yet.
std::string without_links(std::string path) {
    for (int links = 0; links < 40; ++links) {  // as many as Linux follows
        std::string target(PATH_MAX, '\0');
        const ssize_t bytes = ::readlink(path.c_str(), target.data(), target.size());
        if (bytes < 0) return path;  // no link
        target.resize(static_cast<size_t>(bytes));
        path = target.starts_with('/') ? target : directory_of(path) + "/" + target;
    }
    fail<IoError>("{}: cannot be written: {}", path, std::strerror(ELOOP));
}

/// A name's beginning, short enough for what is appended to be a name too; characters stay whole.
std::string shortened(const std::string& name) {
    size_t end = std::min<size_t>(name.size(), 64);
    while (end > 0 && end < name.size() && (static_cast<unsigned char>(name[end]) & 0xC0) == 0x80) --end;
    return name.substr(0, end);
}

}  // namespace

AtomicFile::AtomicFile(const std::string& path) : path_(path) {
    const std::optional<struct stat> old = replaceable(path);
    target_ = without_links(path);
    const size_t slash = target_.rfind('/') + 1;
    const std::string beside = target_.substr(0, slash) + shortened(target_.substr(slash));
    // Who may read the file stays the same, and nobody else may at any moment.
    const mode_t mode = old ? old->st_mode & 0600 : 0666;
    static std::atomic<unsigned> next{0};
    do {  // a process that was killed may have left a file of that name
        temporary_ = fmt::format("{}.{}-{}.tmp", beside, ::getpid(), next.fetch_add(1));
        descriptor_ = uninterrupted(
            [&] { return ::open(temporary_.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, mode); });
    } while (descriptor_ < 0 && errno == EEXIST);
    if (descriptor_ < 0) fail_with_errno("cannot be written");
    if (old) static_cast<void>(::fchmod(descriptor_, old->st_mode & 0777));  // some file systems cannot
}

AtomicFile::~AtomicFile() {
    if (descriptor_ >= 0) ::close(descriptor_);
    if (!renamed_) ::unlink(temporary_.c_str());
}

void AtomicFile::fail_with_errno(const char* what) const {
    fail<IoError>("{}: {}: {}", path_, what, std::strerror(errno));
}

void AtomicFile::write(const void* data, size_t bytes) {
    const auto* from = static_cast<const char*>(data);
    while (bytes > 0) {
        const ssize_t done = uninterrupted([&] { return ::write(descriptor_, from, bytes); });
        if (done < 0) fail_with_errno("cannot be written");
        from += done;
        bytes -= static_cast<size_t>(done);
    }
}

bool AtomicFile::keep(const std::string& previous) const {
    const auto move = [&](const std::string& from) {
        return uninterrupted([&] { return ::rename(from.c_str(), previous.c_str()); }) == 0;
    };
    // A second name for the file, so that there is one under `target_` at every moment.
    const std::string second = temporary_ + ".tmp";
    ::unlink(second.c_str());  // of a process that was killed
    if (uninterrupted([&] { return ::link(target_.c_str(), second.c_str()); }) != 0)
        return errno == ENOENT || move(target_);  // some file systems have no second names
    const bool moved = move(second);
    const int cause = errno;
    ::unlink(second.c_str());  // still there when `previous` was a name of the file already
    errno = cause;
    return moved;
}

void AtomicFile::sync() {
    if (uninterrupted([&] { return ::fsync(descriptor_); }) != 0) fail_with_errno("cannot be synced to disk");
}

void AtomicFile::commit(const std::string& previous) {
    if (!previous.empty()) static_cast<void>(replaceable(previous));
    sync();
    // Some file systems say only now what they could not write. An interrupted close() has closed, on Linux.
    if (::close(std::exchange(descriptor_, -1)) != 0 && errno != EINTR) fail_with_errno("cannot be written");
    Directory directory(target_);
    if (directory.failed()) fail_with_errno("its directory cannot be opened to be synced");
    if ((!previous.empty() && !keep(previous)) ||
        uninterrupted([&] { return ::rename(temporary_.c_str(), target_.c_str()); }) != 0)
        fail_with_errno("cannot be replaced");
    renamed_ = true;
    if (!directory.sync())
        fail_with_errno(
            "it is replaced, but its directory cannot be synced, so a power failure may undo that");
}

}  // namespace keratin::io
