#include "io/hdf5/filters.hpp"

#include "io/checksum.hpp"
#include "io/hdf5/checksum.hpp"
#include "io/unpacking.hpp"

#include <zlib.h>

namespace keratin::io::hdf5 {
namespace {

/// To at most `most` bytes.
void inflate_all(const std::vector<uint8_t>& from, size_t most, const Fields& at, std::vector<uint8_t>& to) {
    to.resize(std::min<uint64_t>(most, from.size() * most_deflate_gain));
    uLongf bytes = to.size();
    const int code = ::uncompress(to.data(), &bytes, from.data(), from.size());
    if (code != Z_OK)
        at.fail("a chunk's deflate stream is damaged, or unpacks to more than {} bytes (zlib's code {})",
                most, code);
    to.resize(bytes);
}

/// Bytes of a kind were put together: first bytes of all elements, then second ones...
void unshuffle(const std::vector<uint8_t>& from, size_t width, std::vector<uint8_t>& to) {
    const size_t count = from.size() / width;
    to.resize(from.size());
    for (size_t byte = 0; byte < width; ++byte)
        for (size_t i = 0; i < count; ++i) to[i * width + byte] = from[byte * count + i];
    std::copy(from.begin() + static_cast<std::ptrdiff_t>(count * width), from.end(),
              to.begin() + static_cast<std::ptrdiff_t>(count * width));
}

void check_fletcher32(std::vector<uint8_t>& bytes, const Fields& at) {
    constexpr size_t width = 4;
    if (bytes.size() < width) at.fail("a chunk of {} bytes has no room for its checksum", bytes.size());
    const std::span<const uint8_t> body(bytes.data(), bytes.size() - width);
    Fields said(at.file(), std::span<const uint8_t>(bytes).last(width), at.place());
    if (said.u32() != fletcher32(body) && checksums_are_verified)
        at.fail("the checksum of a chunk does not fit its bytes");
    bytes.resize(body.size());
}

}  // namespace

void undo_filters(const std::vector<Filter>& filters, uint32_t skipped, size_t chunk_bytes, const Fields& at,
                  std::vector<uint8_t>& bytes, std::vector<uint8_t>& spare) {
    const size_t most = chunk_bytes + 4 * filters.size();  // checksums that are still to come off
    for (size_t i = filters.size(); i-- > 0;) {
        if (skipped >> i & 1) continue;
        if (filters[i].id == Filter::fletcher) {
            check_fletcher32(bytes, at);
            continue;
        }
        if (filters[i].id == Filter::deflate)
            inflate_all(bytes, most, at, spare);
        else if (filters[i].parameter > 1 && filters[i].parameter <= bytes.size())
            unshuffle(bytes, filters[i].parameter, spare);
        else
            continue;
        std::swap(bytes, spare);
    }
    if (bytes.size() != chunk_bytes)
        at.fail("a chunk unpacks to {} bytes, and {} were expected", bytes.size(), chunk_bytes);
}

}  // namespace keratin::io::hdf5
