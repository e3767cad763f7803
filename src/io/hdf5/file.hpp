#pragma once

#include "io/source.hpp"

#include <keratin/core/error.hpp>

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

/// HDF5 without libhdf5: what Keras and h5py write, read so that no file can hurt.
namespace keratin::io::hdf5 {

/// The address of what is not there.
inline constexpr uint64_t nowhere = ~uint64_t{0};
/// What even the smallest file may make us spend on its structure.
inline constexpr uint64_t free_memory = uint64_t{32} << 20;

class File;

/// Bytes of the file, taken field by field, little-endian; a field that does not fit is a FormatError.
class Fields {
public:
    Fields(const File& file, std::span<const uint8_t> bytes, uint64_t place)
        : file_(&file), bytes_(bytes), place_(place) {}

    uint64_t number(size_t width);
    uint8_t u8() { return static_cast<uint8_t>(number(1)); }
    uint16_t u16() { return static_cast<uint16_t>(number(2)); }
    uint32_t u32() { return static_cast<uint32_t>(number(4)); }
    uint64_t u64() { return number(8); }
    uint64_t address();  ///< of the width the superblock says; `nowhere` for all ones
    uint64_t length();   ///< likewise
    std::span<const uint8_t> bytes(uint64_t count);
    std::string text(uint64_t count);  ///< up to the first NUL
    Fields part(uint64_t count);       ///< the next bytes as fields of their own
    void skip(uint64_t count) { bytes(count); }
    void align(size_t to);                    ///< goes on at a multiple, counted from the beginning
    void expect(std::string_view signature);  ///< FormatError unless these characters follow
    void expect_version(uint8_t version, const char* what);

    uint64_t left() const { return bytes_.size() - at_; }
    uint64_t place() const { return place_ + at_; }  ///< in the whole file, for messages
    const File& file() const { return *file_; }

    template <class... Args>
    [[noreturn]] void fail(fmt::format_string<Args...> reason, Args&&... args) const;

private:
    const File* file_;
    std::span<const uint8_t> bytes_;
    size_t at_ = 0;
    uint64_t place_;
};

/// Bytes of the file, owned.
class Block {
public:
    Block(const File& file, uint64_t place, std::vector<uint8_t> bytes)
        : file_(&file), place_(place), bytes_(std::move(bytes)) {}
    Fields fields() const { return Fields(*file_, bytes_, place_); }
    std::span<const uint8_t> bytes() const { return bytes_; }
    uint64_t place() const { return place_; }
    void shorten(size_t by) { bytes_.resize(bytes_.size() - by); }

private:
    const File* file_;
    uint64_t place_;
    std::vector<uint8_t> bytes_;
};

/// A file while its structure is read. Every structure and every run of data claims its bytes: they lie in
/// the file, and no byte serves twice. So nothing is read in a circle, and the time is linear in the file's
/// size.
class File {
public:
    /// Widths and place of the addresses, as the superblock says them.
    struct Widths {
        uint8_t address = 8;
        uint8_t length = 8;
    };

    explicit File(const Source& source) : source_(source) {}
    void set_base(uint64_t base, Widths widths) { base_ = base, widths_ = widths; }
    uint64_t base() const { return base_; }
    const Widths& widths() const { return widths_; }
    const Source& source() const { return source_; }
    const std::string& name() const { return source_.name(); }

    /// Claims and reads bytes; `what` names them in messages and must outlive the file.
    Block read(uint64_t address, uint64_t bytes, const char* what);
    /// The same for structures that end with a checksum of all before it, which is verified and left out.
    Block read_checked(uint64_t address, uint64_t bytes, const char* what);
    /// Reads a few bytes that say how much is to be claimed.
    Block peek(uint64_t address, uint64_t bytes);
    void claim(uint64_t address, uint64_t bytes, const char* what);
    /// FormatError when two claims overlap.
    void require_disjoint();
    /// Counts memory that what was read takes; FormatError when it is out of proportion to the file.
    void spend(uint64_t bytes);
    uint64_t spent() const { return spent_; }

    template <class... Args>
    [[noreturn]] void fail(uint64_t address, fmt::format_string<Args...> reason, Args&&... args) const {
        fail_at(name(), base_ + address, reason, std::forward<Args>(args)...);
    }

private:
    struct Claim {
        uint64_t address;
        uint64_t bytes;
        const char* what;
    };
    struct Page {
        uint64_t number = nowhere;
        uint64_t used = 0;  ///< when last
        std::vector<uint8_t> bytes;
    };
    void require_within(uint64_t address, uint64_t bytes, const char* what) const;
    Block content(uint64_t address, uint64_t bytes);
    const Page& page(uint64_t number);

    const Source& source_;
    uint64_t base_ = 0;
    Widths widths_;
    std::vector<Claim> claims_;
    uint64_t claimed_ = 0;
    uint64_t spent_ = 0;
    std::array<Page, 16> pages_;
    uint64_t clock_ = 0;
};

template <class... Args>
void Fields::fail(fmt::format_string<Args...> reason, Args&&... args) const {
    fail_at(file_->name(), place(), reason, std::forward<Args>(args)...);
}

}  // namespace keratin::io::hdf5
