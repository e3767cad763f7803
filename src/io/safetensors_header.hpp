#pragma once

#include <keratin/core/tensor.hpp>

#include "io/source.hpp"

#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace keratin::io {

inline constexpr uint64_t largest_header = 100'000'000;  ///< bytes; the format's own limit
inline constexpr size_t most_names = 100'000;            ///< of tensors and metadata; our own, for reading

/// The header of a safetensors file: what it holds and where.
struct SafetensorsHeader {
    struct Entry {
        std::string name;
        DType dtype;
        Shape shape;
        uint64_t begin;  ///< counted from the file's first byte
        uint64_t bytes;
    };
    std::vector<Entry> entries;  ///< in its order; together they cover the rest of the file
    std::map<std::string, std::string> metadata;
};

/// Throws FormatError for whatever is wrong with it.
SafetensorsHeader read_safetensors_header(const Source& file);

/// The format's word for it.
std::string_view safetensors_name(DType dtype);

/// Fills a tensor from its place in the file, and checks what it holds.
Tensor read_safetensors_tensor(const Source& file, const SafetensorsHeader::Entry& entry);

}  // namespace keratin::io
