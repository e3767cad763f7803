#include <keratin/core/printable.hpp>

#include <fmt/format.h>

#include <cstdint>

namespace keratin {
namespace {

/// Bytes of the UTF-8 character that the text begins with; 0 when it begins with none.
size_t character_bytes(std::string_view text) {
    const auto byte = [&](size_t i) -> uint32_t { return static_cast<unsigned char>(text[i]); };
    const uint32_t first = byte(0);
    const size_t bytes = first < 0x80       ? 1
                         : first >> 5 == 6  ? 2
                         : first >> 4 == 14 ? 3
                         : first >> 3 == 30 ? 4
                                            : 0;
    if (bytes > text.size()) return 0;
    if (bytes < 2) return bytes;
    uint32_t code = first & (0x7F >> bytes);
    for (size_t i = 1; i < bytes; ++i) {
        if (byte(i) >> 6 != 2) return 0;
        code = code << 6 | (byte(i) & 0x3F);
    }
    constexpr uint32_t least[] = {0, 0, 0x80, 0x800, 0x10000};
    return code < least[bytes] || code > 0x10FFFF || code >> 11 == 0x1B ? 0 : bytes;
}

/// U+0000 to U+001F, and U+007F to U+009F.
bool is_control(std::string_view character) {
    const char first = character.front();
    if (character.size() == 1) return (first >= 0 && first < ' ') || first == '\x7F';
    return character.size() == 2 && first == '\xC2' && static_cast<unsigned char>(character[1]) < 0xA0;
}

}  // namespace

std::string printable(std::string_view text) {
    std::string result;
    result.reserve(text.size());
    while (!text.empty()) {
        const size_t bytes = character_bytes(text);
        const std::string_view character = text.substr(0, bytes == 0 ? 1 : bytes);
        if (bytes > 0 && !is_control(character))
            result += character;
        else
            for (const char c : character) result += fmt::format("\\x{:02X}", static_cast<unsigned char>(c));
        text.remove_prefix(character.size());
    }
    return result;
}

}  // namespace keratin
