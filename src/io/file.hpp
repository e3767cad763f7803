#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

namespace keratin::io {

/// A file opened for reading, with its size; closes itself. Every failure is an IoError that names path and
/// cause.
class InputFile {
public:
    explicit InputFile(const std::string& path);
    ~InputFile();
    InputFile(const InputFile&) = delete;
    InputFile& operator=(const InputFile&) = delete;

    uint64_t size() const { return size_; }
    const std::string& path() const { return path_; }
    /// Reads exactly this many bytes at an offset; FormatError when the file ends before.
    void read(uint64_t offset, void* to, size_t bytes) const;

private:
    std::string path_;
    int descriptor_;
    uint64_t size_;
};

/// Writes a file so that the old one stays until the new one is safe: into a temporary file beside it,
/// synced, then renamed over it. Without commit() nothing remains.
class AtomicFile {
public:
    explicit AtomicFile(const std::string& path);
    ~AtomicFile();
    AtomicFile(const AtomicFile&) = delete;
    AtomicFile& operator=(const AtomicFile&) = delete;

    void write(const void* data, size_t bytes);
    void commit();

private:
    [[noreturn]] void fail_with_errno(const char* what) const;

    std::string path_;
    std::string temporary_;
    int descriptor_;
};

/// The whole content of a plain or gzipped file; FormatError when it unpacks to more than `limit` bytes.
std::vector<uint8_t> read_maybe_gzip(const std::string& path, size_t limit);

bool file_exists(const std::string& path);

}  // namespace keratin::io
