#include <keratin/data/idx.hpp>

#include "io/file.hpp"

#include <cstring>

namespace keratin::data {
namespace {

constexpr size_t largest_file = size_t{4} << 30;  ///< bytes that a gzipped file may unpack to

uint32_t big_endian(const uint8_t* bytes) {
    return static_cast<uint32_t>(bytes[0]) << 24 | static_cast<uint32_t>(bytes[1]) << 16 |
           static_cast<uint32_t>(bytes[2]) << 8 | bytes[3];
}

size_t element_bytes(uint8_t code) {
    switch (code) {
        case 0x08:
        case 0x09:
            return 1;  // unsigned and signed byte
        case 0x0B:
            return 2;
        case 0x0C:
        case 0x0D:
            return 4;  // int, float
        case 0x0E:
            return 8;
        default:
            return 0;
    }
}

template <class Int>
std::vector<int32_t> widened(const uint8_t* bytes, size_t count) {
    std::vector<int32_t> values(count);
    for (size_t i = 0; i < count; ++i) {
        uint32_t value = 0;
        for (size_t k = 0; k < sizeof(Int); ++k) value = value << 8 | bytes[i * sizeof(Int) + k];
        values[i] = static_cast<Int>(value);
    }
    return values;
}

/// Copies big-endian elements of 4 or 8 bytes in this machine's order.
void swap_copy(const uint8_t* from, uint8_t* to, size_t count, size_t width) {
    for (size_t i = 0; i < count; ++i)
        for (size_t k = 0; k < width; ++k) to[i * width + k] = from[i * width + width - 1 - k];
}

Tensor decode(const uint8_t* bytes, uint8_t code, const Shape& shape) {
    const auto count = static_cast<size_t>(shape.size());
    if (code == 0x09) return Tensor::from(widened<int8_t>(bytes, count), shape);
    if (code == 0x0B) return Tensor::from(widened<int16_t>(bytes, count), shape);
    const DType dtype = code == 0x08 ? uint8 : code == 0x0C ? int32 : code == 0x0D ? float32 : float64;
    Tensor result = Tensor::empty(shape, dtype);
    auto* to = static_cast<uint8_t*>(result.mutable_raw());
    if (code == 0x08)
        std::memcpy(to, bytes, count);
    else
        swap_copy(bytes, to, count, element_bytes(code));
    return result;
}

}  // namespace

Tensor read_idx(const std::string& path) {
    const std::vector<uint8_t> file = io::read_maybe_gzip(path, largest_file);
    if (file.size() < 4)
        fail<FormatError>("{}: {} bytes are too few for an IDX header of 4", path, file.size());
    if (file[0] != 0 || file[1] != 0)
        fail<FormatError>("{}: byte 0: an IDX file starts with two zeros, this one with {:#04x} {:#04x}",
                          path, file[0], file[1]);
    const uint8_t code = file[2];
    const int rank = file[3];
    const size_t width = element_bytes(code);
    if (width == 0) fail<FormatError>("{}: byte 2: IDX has no element type {:#04x}", path, code);
    if (rank > Shape::max_rank)
        fail<FormatError>("{}: byte 3: rank {} is more than keratin's {}", path, rank, Shape::max_rank);
    const size_t header = 4 + 4 * static_cast<size_t>(rank);
    if (file.size() < header)
        fail<FormatError>("{}: {} bytes are too few for the {} extents of the header", path, file.size(),
                          rank);
    const size_t body = file.size() - header;
    std::vector<int64_t> extents;
    size_t count = 1;
    for (int axis = 0; axis < rank; ++axis) {
        const uint32_t extent = big_endian(&file[4 + 4 * static_cast<size_t>(axis)]);
        if (extent != 0 && count > body / extent)
            fail<FormatError>("{}: byte {}: extent {} asks for more elements than the {} bytes that follow",
                              path, 4 + 4 * axis, extent, body);
        count *= extent;
        extents.push_back(extent);
    }
    if (count * width != body)
        fail<FormatError>("{}: the header announces {} bytes of elements, {} follow; the file is {}", path,
                          count * width, body, count * width > body ? "cut off" : "too long");
    return decode(&file[0] + header, code, Shape(extents));
}

}  // namespace keratin::data
