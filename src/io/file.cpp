#include "io/file.hpp"

#include "io/directory.hpp"

#include <keratin/core/error.hpp>

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <vector>

namespace keratin::io {

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

bool file_exists(const std::string& path) {
    struct stat status {};
    if (::stat(path.c_str(), &status) == 0) return true;
    if (errno == ENOENT || errno == ENOTDIR) return false;
    fail<IoError>("{}: cannot be looked for: {}", path, std::strerror(errno));
}

void make_directories(const std::string& path) {
    const auto require = [&](bool done) {
        if (!done) fail<IoError>("{}: the directory cannot be made: {}", path, std::strerror(errno));
    };
    std::vector<std::string> missing;  // the innermost first
    struct stat status {};
    for (std::string at = path;; at = directory_of(at)) {
        while (at.size() > 1 && at.ends_with('/')) at.pop_back();
        if (::stat(at.c_str(), &status) == 0) break;
        require(errno == ENOENT);
        missing.push_back(at);
    }
    errno = ENOTDIR;
    require(S_ISDIR(status.st_mode));
    for (; !missing.empty(); missing.pop_back()) {
        const std::string& next = missing.back();
        Directory parent(next);
        require(!parent.failed());
        require(::mkdir(next.c_str(), 0777) == 0 || errno == EEXIST);  // another process may be faster
        require(parent.sync());
    }
}

std::string directory_of(const std::string& path) {
    const size_t slash = path.rfind('/');
    return slash == std::string::npos ? "." : slash == 0 ? "/" : path.substr(0, slash);
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

}  // namespace keratin::io
