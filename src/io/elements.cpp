#include "io/elements.hpp"

#include <keratin/core/error.hpp>

#include <algorithm>

namespace keratin::io {

void require_bools(const Tensor& tensor, const std::string& file, uint64_t begin) {
    const Piece bytes = piece_of(tensor);
    const auto bad = std::find_if(bytes.begin(), bytes.end(), [](uint8_t byte) { return byte > 1; });
    if (bad != bytes.end())
        fail_at(file, begin + static_cast<uint64_t>(bad - bytes.begin()), "a bool is {}, neither 0 nor 1",
                *bad);
}

}  // namespace keratin::io
