#include "io/hdf5/object.hpp"

#include "io/hdf5/attribute.hpp"
#include "io/hdf5/fractal_heap.hpp"
#include "io/hdf5/links.hpp"
#include "io/hdf5/tree2.hpp"

namespace keratin::io::hdf5 {
namespace {

constexpr uint64_t link_memory = 128;

/// The attributes that an attribute info message tells of, when they are too many for the header.
void read_dense_attributes(File& file, Fields message, GlobalHeap& texts, Object& to) {
    message.expect_version(0, "an attribute info message");
    const uint8_t flags = message.u8();
    if (flags & 1) message.skip(2);
    const uint64_t heap_address = message.address();
    const uint64_t names = message.address();
    if (heap_address == nowhere) return;
    FractalHeap heap(file, heap_address);
    constexpr uint8_t attributes_by_name = 8;
    constexpr size_t id_bytes = 8;
    std::unordered_set<uint64_t> places;
    read_tree2(file, names, attributes_by_name, [&](Fields record) {
        const Fields id = record.part(id_bytes);
        if (record.u8() & 2) return;  // it stands elsewhere
        const Fields attribute = heap.object(id);
        file.spend(64);
        if (!places.insert(attribute.place()).second)
            id.fail("the attribute at byte {} is named twice", attribute.place());
        read_attribute(attribute, texts, file, to.attribute_names, to.attributes);
    });
}

}  // namespace

void Object::take(const Message& m, File& file, GlobalHeap& heap) {
    const EachLink add_link = [&](std::string name, uint64_t address) {
        file.spend(link_memory + name.size());
        links.emplace_back(std::move(name), address);
    };
    Fields fields = m.fields;
    if (m.shared) {
        if (m.type != MessageType::attribute) {
            unreadable = "its datatype or another part of it is stored apart from it";
            incomplete = true;
        }
        if (m.type == MessageType::type) type.emplace();
        if (m.type == MessageType::space) space.emplace();
        return;
    }
    switch (m.type) {
        case MessageType::space:
            space = read_space(fields);
            return;
        case MessageType::type:
            type = read_type(fields);
            return;
        case MessageType::layout:
            message = read_layout(fields);
            return;
        case MessageType::old_fill:
        case MessageType::fill:
            if (auto value = read_fill(fields, static_cast<uint16_t>(m.type)); !value.empty())
                layout.fill = std::move(value);
            return;
        case MessageType::filters:
            if (std::string why = read_filters(fields, layout.filters); !why.empty())
                unreadable = std::move(why);
            return;
        case MessageType::external_files:
            fields.fail("a dataset whose numbers are in other files: such are not followed");
        case MessageType::attribute:
            return read_attribute(fields, heap, file, attribute_names, attributes);
        case MessageType::attribute_info:
            return read_dense_attributes(file, fields, heap, *this);
        case MessageType::symbol_table:
            is_group = true;
            return read_symbol_table(file, fields, add_link);
        case MessageType::link_info:
            is_group = true;
            return read_dense_links(file, fields, add_link);
        case MessageType::link:
            is_group = true;
            return read_link(fields, add_link);
        default:
            return;
    }
}

}  // namespace keratin::io::hdf5
