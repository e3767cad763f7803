#include "io/file.hpp"

#include <keratin/core/error.hpp>

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <atomic>
#include <cerrno>
#include <cstring>
#include <utility>

namespace keratin::io {
namespace {

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

}  // namespace

InputFile::InputFile(const std::string& path)
    : Source(path, 0), descriptor_(uninterrupted([&] {
          // A pipe without a writer would be waited for.
          return ::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
      })) {
    if (descriptor_ < 0) fail<IoError>("{}: cannot be opened: {}", path, std::strerror(errno));
    struct stat status {};
    const int cause = ::fstat(descriptor_, &status) == 0 ? 0 : errno;
    if (cause != 0 || !S_ISREG(status.st_mode)) {
        ::close(descriptor_);
        fail<IoError>("{}: {}", path, cause != 0 ? std::strerror(cause) : "is not a regular file");
    }
    resize(static_cast<uint64_t>(status.st_size));
}

InputFile::~InputFile() {
    ::close(descriptor_);
}

void InputFile::read_within(uint64_t offset, void* to, size_t bytes) const {
    auto* out = static_cast<char*>(to);
    while (bytes > 0) {
        const ssize_t got =
            uninterrupted([&] { return ::pread(descriptor_, out, bytes, static_cast<off_t>(offset)); });
        if (got < 0) fail<IoError>("{}: cannot be read at byte {}: {}", name(), offset, std::strerror(errno));
        if (got == 0)
            fail_at(name(), offset, "it was cut off here while it was read; {} more bytes were expected",
                    bytes);
        out += got;
        offset += static_cast<uint64_t>(got);
        bytes -= static_cast<size_t>(got);
    }
}

std::shared_ptr<uint8_t> InputFile::map() const {
    const auto bytes = static_cast<size_t>(size());
    void* memory = ::mmap(nullptr, bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE, descriptor_, 0);
    if (memory == MAP_FAILED) fail<IoError>("{}: cannot be mapped: {}", name(), std::strerror(errno));
    return {static_cast<uint8_t*>(memory), [bytes](uint8_t* begin) { ::munmap(begin, bytes); }};
}

AtomicFile::AtomicFile(const std::string& path) : path_(path) {
    static std::atomic<unsigned> next{0};
    do {  // a process that was killed may have left a file of that name
        temporary_ = fmt::format("{}.{}-{}.tmp", path, ::getpid(), next.fetch_add(1));
        descriptor_ = uninterrupted(
            [&] { return ::open(temporary_.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666); });
    } while (descriptor_ < 0 && errno == EEXIST);
    if (descriptor_ < 0) fail_with_errno("cannot be written");
    // Who may read the file stays the same; where that cannot be said, it is as a new file's.
    struct stat old {};
    if (::stat(path.c_str(), &old) == 0 && S_ISREG(old.st_mode))
        static_cast<void>(::fchmod(descriptor_, old.st_mode & 0777));
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
    // A second name for the file, so that there is one under `path_` at every moment.
    const std::string second = temporary_ + ".tmp";
    ::unlink(second.c_str());  // of a process that was killed
    if (uninterrupted([&] { return ::link(path_.c_str(), second.c_str()); }) != 0)
        return errno == ENOENT || move(path_);  // some file systems have no second names
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
    sync();
    // Some file systems say only now what they could not write. An interrupted close() has closed, on Linux.
    if (::close(std::exchange(descriptor_, -1)) != 0 && errno != EINTR) fail_with_errno("cannot be written");
    Directory directory(path_);
    if (directory.failed()) fail_with_errno("its directory cannot be opened to be synced");
    if ((!previous.empty() && !keep(previous)) ||
        uninterrupted([&] { return ::rename(temporary_.c_str(), path_.c_str()); }) != 0)
        fail_with_errno("cannot be replaced");
    renamed_ = true;
    if (!directory.sync())
        fail_with_errno(
            "it is replaced, but its directory cannot be synced, so a power failure may undo that");
}

bool file_exists(const std::string& path) {
    struct stat status {};
    return ::stat(path.c_str(), &status) == 0;
}

void require_free(const std::string& path) {
    if (file_exists(path))
        fail<IoError>("{}: is there already; choose another name, or pass .overwrite = true", path);
}

void remove_file(const std::string& path) {
    Directory directory(path);
    if (directory.failed() || (::unlink(path.c_str()) != 0 && errno != ENOENT) || !directory.sync())
        fail<IoError>("{}: cannot be removed: {}", path, std::strerror(errno));
}

std::string directory_of(const std::string& path) {
    const size_t slash = path.rfind('/');
    return slash == std::string::npos ? "." : slash == 0 ? "/" : path.substr(0, slash);
}

}  // namespace keratin::io
