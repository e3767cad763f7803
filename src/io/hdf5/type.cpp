#include "io/hdf5/type.hpp"

#include "io/bytes.hpp"

#include <algorithm>
#include <cstring>
#include <tuple>

namespace keratin::io::hdf5 {
namespace {

using Kind = Type::Kind;

Type other(Type type, const char* why) {
    type.kind = Kind::other;
    type.why = why;
    return type;
}

Type integer_type(Fields& fields, Type type, uint8_t bits) {
    const uint16_t offset = fields.u16();
    const uint16_t precision = fields.u16();
    type.kind = Kind::integer;
    type.big_endian = bits & 1;
    type.is_signed = bits & 8;
    if (offset != 0 || precision != 8 * type.size) return other(type, "integers that leave bits unused");
    switch (type.size) {
        case 1:
            type.dtype = type.is_signed ? int32 : uint8;
            return type;
        case 2:
            type.dtype = int32;
            return type;
        case 4:
            type.dtype = type.is_signed ? int32 : int64;
            return type;
        case 8:
            type.dtype = int64;
            return type;
        default:
            return other(type, "integers of a width other than 8, 16, 32 or 64 bits");
    }
}

/// Where sign, exponent and mantissa stand.
struct Format {
    DType dtype;
    uint8_t sign, exponent_at, exponent_bits, mantissa_bits;
    uint32_t bias;
};
constexpr Format formats[] = {{float16, 15, 10, 5, 10, 15},
                              {bfloat16, 15, 7, 8, 7, 127},
                              {float32, 31, 23, 8, 23, 127},
                              {float64, 63, 52, 11, 52, 1023}};

Type floating_type(Fields& fields, Type type, uint8_t bits, uint8_t sign) {
    const uint16_t offset = fields.u16();
    const uint16_t precision = fields.u16();
    const uint8_t exponent_at = fields.u8();
    const uint8_t exponent_bits = fields.u8();
    const uint8_t mantissa_at = fields.u8();
    const uint8_t mantissa_bits = fields.u8();
    const uint32_t bias = fields.u32();
    type.kind = Kind::floating;
    type.big_endian = bits & 1;
    const bool plain = (bits & 0x40) == 0 && (bits >> 4 & 3) == 2 && offset == 0 && mantissa_at == 0 &&
                       precision == 8 * type.size;
    for (const Format& f : formats)
        if (plain && size_of(f.dtype) == type.size &&
            std::tie(f.sign, f.exponent_at, f.exponent_bits, f.mantissa_bits, f.bias) ==
                std::tie(sign, exponent_at, exponent_bits, mantissa_bits, bias)) {
            type.dtype = f.dtype;
            return type;
        }
    return other(type, "floating numbers other than float16, bfloat16, float32 and float64");
}

/// h5py's booleans are an enumeration of FALSE = 0 and TRUE = 1; other enumerations are their integers.
Type enumeration_type(Fields& fields, Type type, uint8_t version, uint16_t members) {
    if (fields.left() > 0 && (Fields(fields).u8() & 15) != 0)
        return other(type, "an enumeration of no integers");
    const Type base = read_type(fields);
    if (base.kind != Kind::integer || base.size != type.size)
        return other(type, "an enumeration of odd integers");
    bool boolean = members == 2 && base.size == 1;
    for (size_t i = 0; i < members; ++i) {
        std::string name;
        size_t length = 1;
        for (char c; (c = static_cast<char>(fields.u8())) != 0; ++length)
            if (name.size() < 8) name += c;
        if (version < 3) fields.skip((8 - length % 8) % 8);
        boolean = boolean && name == (i == 0 ? "FALSE" : "TRUE");
    }
    for (size_t i = 0; i < members; ++i) {
        const auto value = fields.bytes(base.size);
        boolean = boolean && value[0] == i;
    }
    type = base;
    if (boolean) {
        type.kind = Kind::boolean;
        type.dtype = bool_;
    }
    return type;
}

uint64_t load(const Type& type, const uint8_t* from) {
    uint64_t value = type.big_endian ? big_endian(from, type.size) : little_endian(from, type.size);
    if (type.is_signed && type.size < 8 && (value >> (8 * type.size - 1) & 1))
        value |= ~uint64_t{0} << (8 * type.size);
    return value;
}

}  // namespace

bool Type::is_direct() const {
    return is_number() && size == size_of(dtype) && (!big_endian || size == 1) &&
           (kind != Kind::integer || size != 8 || is_signed);
}

Type read_type(Fields& fields) {
    const uint8_t first = fields.u8();
    const uint8_t version = first >> 4;
    if (version < 1 || version > 4)
        fields.fail("a datatype of version {}; versions 1 to 4 are read", version);
    const uint8_t low = fields.u8();
    const uint8_t middle = fields.u8();
    fields.u8();
    Type type;
    type.size = fields.u32();
    if (type.size == 0) fields.fail("a datatype of no bytes");
    switch (first & 15) {
        case 0:
            return integer_type(fields, type, low);
        case 1:
            return floating_type(fields, type, low, middle);
        case 3:
            if ((low & 15) > 2) return other(type, "texts padded in an unknown way");
            type.kind = Kind::text;
            type.padding = static_cast<Type::Padding>(low & 15);
            return type;
        case 5:
            type.kind = Kind::opaque;
            type.why = "bytes that no number is known for (an opaque type)";
            fields.skip(std::min<uint64_t>(low, fields.left()));  // its tag
            return type;
        case 8:
            return enumeration_type(fields, type, version, static_cast<uint16_t>(low | middle << 8));
        case 9:
            if ((low & 15) != 1) return other(type, "lists of variable length");
            type.kind = Kind::variable_text;
            return type;
        case 4:
            return other(type, "bit fields");
        case 6:
            return other(type, "compounds");
        case 7:
            return other(type, "references");
        case 10:
            return other(type, "arrays within arrays");
        default:
            return other(type, "a datatype that is not known here");
    }
}

Type bfloat16_type() {
    Type type;
    type.kind = Kind::floating;
    type.size = 2;
    type.dtype = bfloat16;
    return type;
}

bool convert_elements(const Type& type, const uint8_t* from, size_t count, void* to) {
    auto* out = static_cast<uint8_t*>(to);
    if (type.kind == Kind::boolean && std::any_of(from, from + count, [](uint8_t b) { return b > 1; }))
        return false;
    if (type.is_direct()) {
        if (count > 0) std::memcpy(out, from, count * type.size);
        return true;
    }
    if (type.kind == Kind::floating) {  // the other way round
        for (size_t i = 0; i < count; ++i)
            std::reverse_copy(from + i * type.size, from + (i + 1) * type.size, out + i * type.size);
        return true;
    }
    const size_t width = size_of(type.dtype);
    const bool checked = !type.is_signed && type.size == 8;
    for (size_t i = 0; i < count; ++i) {
        const uint64_t value = load(type, from + i * type.size);
        if (checked && value >> 63) return false;
        std::memcpy(out + i * width, &value, width);  // the low bytes: keratin runs on little-endian machines
    }
    return true;
}

std::string fixed_text(const Type& type, std::span<const uint8_t> bytes) {
    auto end = bytes.end();
    if (type.padding == Type::Padding::space_padded)
        while (end != bytes.begin() && end[-1] == ' ') --end;
    else if (type.padding == Type::Padding::nul_padded)
        while (end != bytes.begin() && end[-1] == 0) --end;
    else
        end = std::find(bytes.begin(), bytes.end(), uint8_t{0});
    return std::string(bytes.begin(), end);
}

Space read_space(Fields& fields) {
    constexpr uint8_t largest_rank = 32;  // the format's
    const uint8_t version = fields.u8();
    if (version != 1 && version != 2)
        fields.fail("a dataspace of version {}; versions 1 and 2 are read", version);
    const uint8_t rank = fields.u8();
    const uint8_t flags = fields.u8();
    const uint8_t kind = fields.u8();
    if (version == 1) fields.skip(4);
    if (rank > largest_rank) fields.fail("a dataspace of rank {}; the format allows {}", rank, largest_rank);
    Space space;
    if (version == 2 && kind == 2) {
        space.extents = space.most = {0};
        space.elements = 0;
        return space;
    }
    for (size_t i = 0; i < rank; ++i) space.extents.push_back(fields.length());
    space.most = space.extents;
    if (flags & 1)
        for (uint64_t& most : space.most) most = fields.address();  // lengths are as wide
    uint64_t elements = 1;                                          // were none of the extents 0
    for (const uint64_t extent : space.extents) {
        space.elements *= extent;
        if (__builtin_mul_overflow(elements, std::max<uint64_t>(extent, 1), &elements) ||
            elements > INT64_MAX / 16)
            fields.fail("extents ({}) whose product is beyond any memory", fmt::join(space.extents, ", "));
    }
    return space;
}

}  // namespace keratin::io::hdf5
