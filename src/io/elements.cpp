#include "io/elements.hpp"

#include <keratin/core/error.hpp>

#include <algorithm>

namespace keratin::io {

Announced announced(std::span<const int64_t> extents, uint64_t width, uint64_t most) {
    const bool empty = std::count(extents.begin(), extents.end(), 0) > 0;
    Announced result{width, empty ? uint64_t{1} << 56 : most, {}};
    for (size_t i = 0; i < extents.size(); ++i) {
        const auto extent = static_cast<uint64_t>(extents[i]);
        if (extent == 0) continue;
        if (result.bytes > result.most / extent) {
            result.beyond = i;
            return result;
        }
        result.bytes *= extent;
    }
    if (empty) result.bytes = 0;
    return result;
}

void require_bools(const Tensor& tensor, const std::string& file, uint64_t begin) {
    const Piece bytes = piece_of(tensor);
    const auto bad = std::find_if(bytes.begin(), bytes.end(), [](uint8_t byte) { return byte > 1; });
    if (bad != bytes.end())
        fail_at(file, begin + static_cast<uint64_t>(bad - bytes.begin()), "a bool is {}, neither 0 nor 1",
                *bad);
}

}  // namespace keratin::io
