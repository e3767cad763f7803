#include "io/hdf5/links.hpp"

#include "io/hdf5/fractal_heap.hpp"
#include "io/hdf5/tree1.hpp"
#include "io/hdf5/tree2.hpp"

#include <algorithm>

namespace keratin::io::hdf5 {
namespace {

[[noreturn]] void refuse_soft(const Fields& at, const std::string& name) {
    at.fail("\"{}\" is a soft link, which is not followed; only hard links are", name);
}

/// A group's names, each ended by a NUL.
class Names {
public:
    Names(File& file, uint64_t address) : block_(read(file, address)), unused_(block_.bytes().size()) {}

    std::string at(const Fields& link, uint64_t offset) {
        const auto bytes = block_.bytes();
        if (offset >= bytes.size())
            link.fail("a name at byte {} of a heap of {} bytes", offset, bytes.size());
        const auto begin = bytes.begin() + static_cast<std::ptrdiff_t>(offset);
        const auto end = std::find(begin, bytes.end(), uint8_t{0});
        std::string name(begin, end);
        if (end == bytes.end() || name.size() + 1 > unused_) link.fail("names overlap in their heap");
        unused_ -= name.size() + 1;  // each has bytes of its own: links to one long name would take us long
        return name;
    }

private:
    static Block read(File& file, uint64_t address) {
        const uint64_t header = 8u + 2u * file.widths().length + file.widths().address;
        const Block block = file.read(address, header, "a local heap");
        Fields fields = block.fields();
        fields.expect("HEAP");
        fields.expect_version(0, "a local heap");
        fields.skip(3);
        const uint64_t bytes = fields.length();
        fields.length();
        return file.read(fields.address(), bytes, "a local heap's names");
    }

    Block block_;
    uint64_t unused_;
};

void read_node(File& file, uint64_t address, Names& names, const EachLink& each) {
    const uint64_t entry = 2u * file.widths().address + 24;
    Block start = file.peek(address, 8);
    Fields fields = start.fields();
    fields.expect("SNOD");
    fields.expect_version(1, "a symbol table node");
    fields.skip(1);
    const uint64_t links = fields.u16();
    const Block block = file.read(address, 8 + links * entry, "a symbol table node");
    fields = block.fields();
    fields.skip(8);
    for (uint64_t i = 0; i < links; ++i) {
        Fields link = fields.part(entry);
        const uint64_t offset = link.address();
        std::string name = names.at(link, offset);
        const uint64_t object = link.address();
        constexpr uint32_t soft = 2;
        if (link.u32() == soft) refuse_soft(link, name);
        each(std::move(name), object);
    }
}

}  // namespace

void read_symbol_table(File& file, Fields message, const EachLink& each) {
    const uint64_t tree = message.address();
    Names names(file, message.address());
    constexpr uint8_t of_groups = 0;
    read_tree1(file, tree, of_groups, file.widths().length,
               [&](Fields, uint64_t node) { read_node(file, node, names, each); });
}

void read_link(Fields fields, const EachLink& each) {
    fields.expect_version(1, "a link");
    const uint8_t flags = fields.u8();
    enum : uint8_t { hard = 0, soft = 1, external = 64 };
    const uint8_t kind = flags & 8 ? fields.u8() : uint8_t{hard};
    if (flags & 4) fields.skip(8);   // when it was made
    if (flags & 16) fields.skip(1);  // how its name is encoded
    const auto name_bytes = fields.bytes(fields.number(size_t{1} << (flags & 3)));
    std::string name(name_bytes.begin(), name_bytes.end());
    if (kind == soft) refuse_soft(fields, name);
    if (kind == external)
        fields.fail("\"{}\" is an external link, into another file: such are not followed", name);
    if (kind != hard) fields.fail("\"{}\" is a link of the unknown kind {}", name, kind);
    each(std::move(name), fields.address());
}

void read_dense_links(File& file, Fields message, const EachLink& each) {
    message.expect_version(0, "a link info message");
    const uint8_t flags = message.u8();
    if (flags & 1) message.skip(8);
    const uint64_t heap_address = message.address();
    const uint64_t names = message.address();
    if (heap_address == nowhere) return;
    FractalHeap heap(file, heap_address);
    constexpr uint8_t links_by_name = 5;
    read_tree2(file, names, links_by_name, [&](Fields record) {
        record.skip(4);  // a hash
        read_link(heap.object(record), each);
    });
}

}  // namespace keratin::io::hdf5
