#include "io/hdf5/encode.hpp"

namespace keratin::io::hdf5 {
namespace {

constexpr uint8_t version1 = 0x10;
enum Class : uint8_t { integer = 0, floating = 1, text = 3, opaque = 5, enumeration = 8, variable = 9 };

Output begin(Class of, uint32_t bits, size_t bytes) {
    Output out;
    out.u8(static_cast<uint64_t>(version1 | of));
    out.number(bits, 3);
    out.u32(bytes);
    return out;
}

Output encode_integer(size_t bytes, bool is_signed) {
    Output out = begin(integer, is_signed ? 8 : 0, bytes);
    out.u16(0);
    out.u16(8 * bytes);
    return out;
}

Output encode_floating(size_t bytes, uint8_t exponent_bits, uint32_t bias) {
    const auto bits = static_cast<uint32_t>(8 * bytes);
    const uint32_t mantissa_bits = bits - 1 - exponent_bits;
    constexpr uint32_t leading_one_is_implied = 0x20;
    Output out = begin(floating, leading_one_is_implied | (bits - 1) << 8, bytes);
    out.u16(0);
    out.u16(bits);
    out.u8(mantissa_bits);
    out.u8(exponent_bits);
    out.u8(0);
    out.u8(mantissa_bits);
    out.u32(bias);
    return out;
}

Output encode_boolean() {
    Output out = begin(enumeration, 2, 1);
    out.bytes(encode_integer(1, true).content());
    for (const std::string_view name : {"FALSE", "TRUE"}) {
        out.text(name);
        out.zeros(8 - name.size());
    }
    out.u8(0);
    out.u8(1);
    return out;
}

}  // namespace

Output encode_type(DType dtype) {
    switch (dtype) {
        case float32:
            return encode_floating(4, 8, 127);
        case float64:
            return encode_floating(8, 11, 1023);
        case float16:
            return encode_floating(2, 5, 15);
        case bfloat16:
            return begin(opaque, 0, 2);
        case int32:
            return encode_integer(4, true);
        case int64:
            return encode_integer(8, true);
        case uint8:
            return encode_integer(1, false);
        case bool_:
            return encode_boolean();
    }
    return {};
}

Output encode_fixed_text_type(size_t bytes) {
    constexpr uint32_t nul_padded = 1;
    return begin(text, nul_padded, bytes);
}

Output encode_variable_text_type() {
    constexpr uint32_t utf8_text = 0x0101;
    Output out = begin(variable, utf8_text, 16);
    out.bytes(encode_integer(1, false).content());
    return out;
}

Output encode_space(const Shape& shape) {
    Output out;
    out.u8(1);
    out.u8(static_cast<uint64_t>(shape.rank()));
    out.u8(shape.rank() > 0 ? 1 : 0);
    out.zeros(5);
    for (int times = 0; times < 2; ++times)  // what they are, and what they may grow to
        for (const int64_t extent : shape) out.u64(static_cast<uint64_t>(extent));
    return out;
}

Output encode_fill() {
    Output out;
    out.u8(2);
    out.u8(2);  // space is taken when numbers come
    out.u8(2);  // written if the user has set a value
    out.u8(1);
    out.u32(0);
    return out;
}

Output encode_layout(uint64_t address, uint64_t bytes) {
    Output out;
    out.u8(3);
    out.u8(1);
    out.u64(address);
    out.u64(bytes);
    return out;
}

}  // namespace keratin::io::hdf5
