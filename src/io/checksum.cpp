#include "io/checksum.hpp"

#include <keratin/core/threads.hpp>

#include <zlib.h>

#include <algorithm>
#include <vector>

namespace keratin::io {
namespace {

constexpr uint64_t stretch = uint64_t{512} << 10;  ///< bytes that one thread takes at a time

uint32_t extended(uint32_t crc, const uint8_t* bytes, size_t count) {
    return static_cast<uint32_t>(crc32_z(crc, bytes, count));
}

uint32_t joined(uint32_t first, uint32_t second, uint64_t second_bytes) {
    return static_cast<uint32_t>(crc32_combine(first, second, static_cast<z_off_t>(second_bytes)));
}

/// That of bytes [0, size), where crc(begin, end) is that of a stretch of them.
template <class Crc>
uint32_t in_parallel(uint64_t size, const Crc& crc) {
    const uint64_t count = (size + stretch - 1) / stretch;
    const auto end_of = [&](uint64_t i) { return std::min(size, (i + 1) * stretch); };
    std::vector<uint32_t> parts(static_cast<size_t>(count));
    parallel_for(static_cast<int64_t>(count), static_cast<int64_t>(size), [&](int64_t begin, int64_t end) {
        for (auto i = static_cast<uint64_t>(begin); i < static_cast<uint64_t>(end); ++i)
            parts[i] = crc(i * stretch, end_of(i));
    });
    uint32_t whole = 0;
    for (uint64_t i = 0; i < count; ++i) whole = joined(whole, parts[i], end_of(i) - i * stretch);
    return whole;
}

}  // namespace

uint32_t crc32_of(const Source& source) {
    return in_parallel(source.size(), [&](uint64_t begin, uint64_t end) {
        constexpr size_t most = 128 * 1024;  // stays in the cache between reading and summing up
        std::vector<uint8_t> bytes(static_cast<size_t>(std::min<uint64_t>(most, end - begin)));
        uint32_t crc = 0;
        for (uint64_t at = begin; at < end; at += bytes.size()) {
            const auto count = static_cast<size_t>(std::min<uint64_t>(bytes.size(), end - at));
            source.read(at, bytes.data(), count);
            crc = extended(crc, bytes.data(), count);
        }
        return crc;
    });
}

uint32_t crc32_of(std::span<const Piece> pieces) {
    uint32_t whole = 0;
    for (const Piece& piece : pieces) {
        const uint32_t part = in_parallel(piece.size(), [&](uint64_t begin, uint64_t end) {
            return extended(0, piece.data() + begin, static_cast<size_t>(end - begin));
        });
        whole = joined(whole, part, piece.size());
    }
    return whole;
}

}  // namespace keratin::io
