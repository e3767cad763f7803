#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

namespace keratin::io::hdf5 {

/// Bytes of a file that are being put together; fields are little-endian.
class Output {
public:
    void number(uint64_t value, size_t width);
    void u8(uint64_t value) { number(value, 1); }
    void u16(uint64_t value) { number(value, 2); }
    void u32(uint64_t value) { number(value, 4); }
    void u64(uint64_t value) { number(value, 8); }
    void text(std::string_view text);
    void bytes(std::span<const uint8_t> bytes) { bytes_.insert(bytes_.end(), bytes.begin(), bytes.end()); }
    void zeros(size_t count) { bytes_.resize(bytes_.size() + count); }
    void align(size_t to) { bytes_.resize((bytes_.size() + to - 1) / to * to); }
    /// Writes over what is there.
    void put_u64(size_t at, uint64_t value);

    size_t size() const { return bytes_.size(); }
    std::vector<uint8_t>& content() { return bytes_; }
    const std::vector<uint8_t>& content() const { return bytes_; }

private:
    std::vector<uint8_t> bytes_;
};

}  // namespace keratin::io::hdf5
