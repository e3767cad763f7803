#include "io/hdf5/output.hpp"

#include "io/bytes.hpp"

namespace keratin::io::hdf5 {

void Output::number(uint64_t value, size_t width) {
    append_little_endian(bytes_, value, width);
}

void Output::text(std::string_view text) {
    bytes_.insert(bytes_.end(), text.begin(), text.end());
}

void Output::put_u64(size_t at, uint64_t value) {
    for (size_t i = 0; i < 8; ++i) bytes_[at + i] = static_cast<uint8_t>(value >> (8 * i));
}

}  // namespace keratin::io::hdf5
