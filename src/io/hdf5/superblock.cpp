#include "io/hdf5/superblock.hpp"

#include "io/checksum.hpp"
#include "io/hdf5/checksum.hpp"

namespace keratin::io::hdf5 {
namespace {

File::Widths read_widths(Fields& fields) {
    File::Widths widths;
    widths.address = fields.u8();
    widths.length = fields.u8();
    for (const uint8_t width : {widths.address, widths.length})
        if (width != 4 && width != 8)
            fields.fail("addresses of {} bytes and lengths of {}; 4 and 8 are read", widths.address,
                        widths.length);
    return widths;
}

void require_end(const Fields& fields, uint64_t end) {
    const uint64_t size = fields.file().source().size();
    if (end != nowhere && end > size)
        fail_at(fields.file().name(), size, "the file was cut off: it says that it has {} bytes", end);
}

}  // namespace

std::optional<uint64_t> find_signature(const Source& source) {
    for (uint64_t at = 0; at < source.size(); at = at == 0 ? 512 : 2 * at)
        if (begins_with(source, signature, at)) return at;
    return {};
}

uint64_t read_superblock(File& file) {
    const std::optional<uint64_t> found = find_signature(file.source());
    if (!found) fail_at(file.name(), 0, "this is no HDF5 file: its signature was expected here");
    const uint64_t base = *found;
    const uint64_t most = 100;  // more than any version has
    file.set_base(base, {});
    const Block start = file.peek(0, std::min(most, file.source().size() - base));
    Fields fields = start.fields();
    fields.skip(signature.size());
    const uint8_t version = fields.u8();
    if (version > 3) fields.fail("a superblock of version {}; versions 0 to 3 are read", version);
    uint64_t root = nowhere;
    if (version < 2) {
        fields.skip(4);
        file.set_base(base, read_widths(fields));
        fields.skip(1 + 2 + 2 + 4 + (version == 1 ? 4 : 0));  // sizes of nodes: each says how much it holds
        fields.address();  // of the base: where the file was when it was written
        fields.address();
        require_end(fields, fields.address());
        fields.address();
        fields.address();  // the name of the root
        root = fields.address();
        fields.skip(24);
    } else {
        file.set_base(base, read_widths(fields));
        fields.skip(1);
        fields.address();
        fields.address();  // of more to know, such as how space is shared out: nothing for a reader
        require_end(fields, fields.address());
        root = fields.address();
        const auto body = start.bytes().first(fields.place() - start.place());
        if (fields.u32() != lookup3(body) && checksums_are_verified)
            fields.fail("the checksum of the superblock does not fit its bytes");
    }
    file.claim(0, fields.place() - start.place(), "the superblock");
    return root;
}

}  // namespace keratin::io::hdf5
