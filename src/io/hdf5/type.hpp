#pragma once

#include "io/hdf5/file.hpp"

#include <keratin/core/dtype.hpp>

#include <cstdint>
#include <string>
#include <vector>

namespace keratin::io::hdf5 {

/// How an element is stored.
struct Type {
    enum class Kind : uint8_t { floating, integer, boolean, opaque, text, variable_text, other };
    enum class Padding : uint8_t { nul_terminated, nul_padded, space_padded };

    Kind kind = Kind::other;
    bool big_endian = false;
    bool is_signed = false;
    Padding padding = Padding::nul_terminated;  ///< of texts
    uint32_t size = 0;                          ///< bytes; never 0
    DType dtype = float32;                      ///< of numbers: what they become
    const char* why = "";                       ///< of others: what they are

    bool is_number() const { return kind <= Kind::boolean; }
    bool is_text() const { return kind == Kind::text || kind == Kind::variable_text; }
    /// True when the bytes of the file are those of a tensor, but for the check of booleans.
    bool is_direct() const;
};

/// A datatype message; moves past it. Types that are not read here are `other`.
Type read_type(Fields& fields);

/// Keras stores bfloat16 as two bytes that HDF5 knows nothing of, and says so in an attribute.
Type bfloat16_type();

/// Stored elements as those of a tensor of type.dtype; the memory may not overlap. False when one has no
/// counterpart there: a boolean that is neither 0 nor 1, an integer of 64 bits that int64 cannot hold.
bool convert_elements(const Type& type, const uint8_t* from, size_t count, void* to);
/// A text of fixed length, without its padding.
std::string fixed_text(const Type& type, std::span<const uint8_t> bytes);

/// A dataspace: a null one has no elements, and its shape is (0,).
struct Space {
    std::vector<uint64_t> extents;
    std::vector<uint64_t> most;  ///< what they may grow to; `nowhere` for without end
    uint64_t elements = 1;
};
/// A dataspace message; moves past it.
Space read_space(Fields& fields);

}  // namespace keratin::io::hdf5
