#pragma once

#include <keratin/core/tensor.hpp>

#include "io/checksum.hpp"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>

/// Tensors as the bytes that files hold.
namespace keratin::io {

inline size_t bytes_of(const Tensor& tensor) {
    return static_cast<size_t>(tensor.size()) * size_of(tensor.dtype());
}
inline Piece piece_of(const Tensor& tensor) {
    return {static_cast<const uint8_t*>(tensor.raw()), bytes_of(tensor)};
}

inline Piece piece_of(const std::string& text) {
    return {reinterpret_cast<const uint8_t*>(text.data()), text.size()};
}

/// How many bytes the elements of a shape take that a file announces.
struct Announced {
    uint64_t bytes = 0;
    uint64_t most = 0;  ///< that there may be; beside a zero as many as let no product of a Shape overflow
    std::optional<size_t> beyond;  ///< the first extent that asks for more
};
/// Extents that are not negative, and at most `most` bytes.
Announced announced(std::span<const int64_t> extents, uint64_t width, uint64_t most);

/// Throws FormatError when a bool tensor, read from the file's byte `begin` on, has a byte that is neither 0
/// nor 1, which no C++ program may look at as a bool.
void require_bools(const Tensor& tensor, const std::string& file, uint64_t begin);

}  // namespace keratin::io
