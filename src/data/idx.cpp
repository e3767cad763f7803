#include <keratin/data/idx.hpp>

#include "data/idx.hpp"
#include "io/bytes.hpp"
#include "io/elements.hpp"
#include "io/file.hpp"
#include "io/unpacking.hpp"

#include <algorithm>
#include <array>

namespace keratin::data {
namespace {

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
void widen(const uint8_t* bytes, std::span<int32_t> values) {
    for (size_t i = 0; i < values.size(); ++i)
        values[i] = static_cast<Int>(io::big_endian(bytes + i * sizeof(Int), sizeof(Int)));
}

class IdxReader {
public:
    IdxReader(const io::Source& file, const io::ReadLimits& limits)
        : unpacking_(file, io::form_of(file)),
          name_(unpacking_.plain() ? file.name() : file.name() + ": unpacked"),
          limits_(limits) {}

    Tensor read() {
        read_header();
        std::array<uint8_t, 4 * Shape::max_rank> numbers{};
        const size_t wanted = 4 * static_cast<size_t>(rank_);
        if (const size_t got = unpacking_.read(numbers.data(), wanted); got < wanted)
            fail_at(name_, {}, "{} bytes are too few for the {} extents of the header", 4 + got, rank_);
        const uint64_t header = 4 + wanted;
        std::vector<int64_t> extents;
        for (size_t at = 0; at < wanted; at += 4)
            extents.push_back(static_cast<int64_t>(io::big_endian(&numbers[at], 4)));
        const auto [bytes, most, beyond] =
            io::announced(extents, width_, std::max(unpacking_.most(), header) - header);
        if (beyond)
            fail_at(name_, 4 + 4 * *beyond,
                    "extent {} asks for more elements than the {} bytes that can follow", extents[*beyond],
                    most);
        header_ = header;
        if (!unpacking_.plain() && bytes > limits_.unpacked_bytes)
            fail_at(name_, 4, "{} bytes of elements are announced; ReadLimits::unpacked_bytes allows {}",
                    bytes, limits_.unpacked_bytes);
        return read_elements(Shape(extents), static_cast<size_t>(bytes));
    }

private:
    void read_header() {
        std::array<uint8_t, 4> magic{};
        if (const size_t got = unpacking_.read(magic.data(), magic.size()); got < magic.size())
            fail_at(name_, {}, "{} bytes are too few for an IDX header of 4", got);
        if (magic[0] != 0 || magic[1] != 0)
            fail_at(name_, 0, "an IDX file starts with two zeros, this one with {:#04x} {:#04x}", magic[0],
                    magic[1]);
        code_ = magic[2];
        rank_ = magic[3];
        width_ = element_bytes(code_);
        if (width_ == 0) fail_at(name_, 2, "IDX has no element type {:#04x}", code_);
        if (rank_ > Shape::max_rank)
            fail_at(name_, 3, "rank {} is more than keratin's {}", rank_, Shape::max_rank);
    }
    Tensor read_elements(const Shape& shape, size_t bytes) {
        // Bytes of 8 and 16 bits become other ones, so they are read beside; memory is touched by what is
        // there.
        const bool widened = code_ == 0x09 || code_ == 0x0B;
        const DType dtype = code_ == 0x0D ? float32 : code_ == 0x0E ? float64 : code_ == 0x0C ? int32 : uint8;
        Tensor tensor =
            widened ? Tensor::empty({static_cast<int64_t>(bytes)}, uint8) : Tensor::empty(shape, dtype);
        auto* to = static_cast<uint8_t*>(tensor.mutable_raw());
        if (const size_t got = unpacking_.read(to, bytes); got < bytes)
            fail_at(name_, header_ + got,
                    "{} bytes of elements are announced, {} follow; the file is cut off", bytes, got);
        if (uint8_t more = 0; unpacking_.read(&more, 1) != 0)
            fail_at(name_, header_ + bytes, "{} bytes of elements are announced; the file is too long",
                    bytes);
        if (widened) {
            Tensor result = Tensor::empty(shape, int32);
            if (code_ == 0x09)
                widen<int8_t>(to, result.mutable_data<int32_t>());
            else
                widen<int16_t>(to, result.mutable_data<int32_t>());
            return result;
        }
        if (width_ > 1)
            for (uint8_t* element = to; element != to + bytes; element += width_)
                std::reverse(element, element + width_);
        return tensor;
    }

    io::Unpacking unpacking_;
    const std::string name_;
    const io::ReadLimits limits_;
    uint8_t code_ = 0;
    int rank_ = 0;
    size_t width_ = 0;
    uint64_t header_ = 0;  ///< bytes
};

}  // namespace

Tensor read_idx(const io::Source& file, const io::ReadLimits& limits) {
    return IdxReader(file, limits).read();
}

Tensor read_idx(const std::string& path, const io::ReadLimits& limits) {
    return read_idx(io::InputFile(path), limits);
}

}  // namespace keratin::data
