#include "io/hdf5/layout.hpp"

namespace keratin::io::hdf5 {
namespace {

/// Chunks in the way of version 4.
void read_newer_chunks(Fields& fields, LayoutMessage& message) {
    const uint8_t flags = fields.u8();
    const uint8_t extents = fields.u8();
    const uint8_t width = fields.u8();
    if (width < 1 || width > 8) fields.fail("chunk extents of {} bytes each", width);
    for (size_t i = 0; i < extents; ++i) message.chunk.push_back(fields.number(width));
    const uint8_t index = fields.u8();
    if (index < 1 || index > 5) fields.fail("an index of chunks of the unknown kind {}", index);
    message.index = static_cast<LayoutMessage::Index>(index);
    switch (message.index) {
        case LayoutMessage::Index::single:
            message.filtered_single = flags & 2;
            if (message.filtered_single) {
                message.bytes = fields.length();
                message.skipped = fields.u32();
            }
            break;
        case LayoutMessage::Index::fixed:
            fields.skip(1);  // its header repeats these
            break;
        case LayoutMessage::Index::extensible:
            fields.skip(5);
            break;
        case LayoutMessage::Index::tree2:
            fields.skip(6);
            break;
        default:
            break;
    }
    message.address = fields.address();
}

}  // namespace

LayoutMessage read_layout(Fields fields) {
    LayoutMessage message;
    message.place = fields.place();
    const uint8_t version = fields.u8();
    if (version != 3 && version != 4)
        fields.fail("a data layout of version {}; versions 3 and 4 are read", version);
    switch (fields.u8()) {
        case 0: {
            message.kind = Layout::Kind::compact;
            const auto content = fields.bytes(fields.u16());
            message.content.assign(content.begin(), content.end());
            return message;
        }
        case 1:
            message.address = fields.address();
            message.bytes = fields.length();
            return message;
        case 2:
            message.kind = Layout::Kind::chunked;
            if (version == 4) {
                read_newer_chunks(fields, message);
                return message;
            }
            message.chunk.resize(fields.u8());
            message.address = fields.address();
            for (uint64_t& extent : message.chunk) extent = fields.u32();
            return message;
        case 3:
            fields.fail("a virtual dataset, whose numbers are in other files: such are not followed");
        default:
            fields.fail("a data layout of an unknown class");
    }
}

std::string read_filters(Fields fields, std::vector<Filter>& filters) {
    const uint8_t version = fields.u8();
    if (version != 1 && version != 2)
        fields.fail("a filter pipeline of version {}; versions 1 and 2 are read", version);
    const uint8_t count = fields.u8();
    if (count > 32) fields.fail("{} filters; the format allows 32", count);
    if (version == 1) fields.skip(6);
    // More have no use, and each may multiply the work.
    constexpr size_t most = 4;
    std::string why =
        count > most ? fmt::format("its chunks went through {} filters; {} are undone", count, most) : "";
    for (size_t i = 0; i < count; ++i) {
        const uint16_t id = fields.u16();
        const uint16_t name = version == 1 || id >= 256 ? fields.u16() : uint16_t{0};
        fields.skip(2);  // whether it may be left out; a chunk's mask says whether it was
        const uint16_t parameters = fields.u16();
        const std::string title = fields.text(version == 1 ? (name + 7u) / 8 * 8 : name);
        const uint32_t parameter = parameters > 0 ? fields.u32() : 0;
        if (parameters > 0) fields.skip(uint64_t{parameters - 1u} * 4);
        if (version == 1 && parameters % 2) fields.skip(4);
        if (id < Filter::deflate || id > Filter::fletcher)
            why = fmt::format(
                "its chunks went through filter {}{}{}; deflate, shuffle and fletcher32 are undone", id,
                title.empty() ? "" : ", ", title);
        filters.push_back({id, parameter});
    }
    return why;
}

std::vector<uint8_t> read_fill(Fields fields, uint16_t message) {
    bool defined = true;
    if (message == 5) {
        const uint8_t version = fields.u8();
        if (version < 1 || version > 3)
            fields.fail("a fill value of version {}; versions 1 to 3 are read", version);
        if (version == 3) {
            defined = fields.u8() & 0x20;
        } else {
            fields.skip(2);
            defined = fields.u8() != 0 || version == 1;
        }
    }
    if (!defined || fields.left() < 4) return {};
    const auto value = fields.bytes(fields.u32());
    return {value.begin(), value.end()};
}

}  // namespace keratin::io::hdf5
