#pragma once

#include <keratin/core/export.hpp>

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace keratin::io {

/// Bytes to be read at any offset: a file, a part of another source, or memory. Safe from many threads.
class KERATIN_EXPORT Source {
public:
    Source(std::string name, uint64_t size) : name_(std::move(name)), size_(size) {}
    virtual ~Source() = default;
    Source(const Source&) = delete;
    Source& operator=(const Source&) = delete;

    /// What messages call it: the path, or "PATH: MEMBER" for a member of an archive.
    const std::string& name() const { return name_; }
    uint64_t size() const { return size_; }
    /// Reads exactly this many bytes; FormatError, naming the offset, when the source ends before.
    void read(uint64_t offset, void* to, size_t bytes) const;
    std::string text(uint64_t offset, size_t bytes) const;  ///< the same, in a string
    std::string text() const { return text(0, static_cast<size_t>(size_)); }

protected:
    /// The same, of what lies within.
    virtual void read_within(uint64_t offset, void* to, size_t bytes) const = 0;
    void resize(uint64_t size) { size_ = size; }

private:
    std::string name_;
    uint64_t size_;
};

/// `size` bytes of another source from `begin` on, which must lie within it.
std::shared_ptr<const Source> part_of(std::shared_ptr<const Source> whole, std::string name, uint64_t begin,
                                      uint64_t size);
/// Bytes in memory.
std::shared_ptr<const Source> source_of(std::string name, std::vector<uint8_t> bytes);

/// Whether these bytes stand at `offset`.
bool begins_with(const Source& source, std::string_view mark, uint64_t offset = 0);

/// A text out of a file in quotes, for messages: at most 80 bytes of it, those that are no printable ASCII as
/// \x1F.
std::string quoted(std::string_view text);

}  // namespace keratin::io
