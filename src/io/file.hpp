#pragma once

#include "io/source.hpp"

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>

namespace keratin::io {

/// A file opened for reading, with its size; closes itself. Every failure is an IoError that names path and
/// cause.
class KERATIN_EXPORT InputFile : public Source {
public:
    explicit InputFile(const std::string& path);
    ~InputFile() override;

    /// The file in memory, read as it is touched; writes stay private. Goes with the last handle, not with
    /// this object. Throws IoError when the system cannot.
    std::shared_ptr<uint8_t> map() const;

private:
    void read_within(uint64_t offset, void* to, size_t bytes) const override;
    int descriptor_;
};

/// Writes a file so that the old one stays until the new one is safe: into a temporary file beside it,
/// synced, then renamed over it, and the directory synced as well. Without commit() nothing remains. Every
/// failure is an IoError that names path and cause.
class KERATIN_EXPORT AtomicFile {
public:
    explicit AtomicFile(const std::string& path);
    ~AtomicFile();
    AtomicFile(const AtomicFile&) = delete;
    AtomicFile& operator=(const AtomicFile&) = delete;

    void write(const void* data, size_t bytes);
    /// Syncs what was written, as commit() does, so that only renaming is left to it.
    void sync();
    /// What stood there is kept as `previous`, unless that is empty.
    void commit(const std::string& previous = {});

private:
    [[noreturn]] void fail_with_errno(const char* what) const;
    /// Gives what stands at the path the other name as well; false with errno when it cannot.
    bool keep(const std::string& previous) const;

    std::string path_;
    std::string temporary_;
    int descriptor_ = -1;
    bool renamed_ = false;
};

bool file_exists(const std::string& path);
/// Throws IoError when there is a file already.
void require_free(const std::string& path);
/// Removes a file if it is there, and syncs the directory. Throws IoError naming path and cause.
void remove_file(const std::string& path);
/// "." for a name alone.
std::string directory_of(const std::string& path);

}  // namespace keratin::io
