#include "io/hdf5/chunk_arrays.hpp"

#include <algorithm>
#include <bit>
#include <vector>

namespace keratin::io::hdf5 {
namespace {

constexpr uint64_t checksum = 4;

void expect_client(Fields& fields, bool filtered) {
    const uint8_t client = fields.u8();
    if (client != (filtered ? 1 : 0))
        fields.fail("an array of chunks of kind {}, and {} was expected", client, filtered ? 1 : 0);
}

uint64_t pages_of(uint64_t elements, uint64_t page) {
    return elements / page + (elements % page != 0);
}

bool bit(std::span<const uint8_t> bits, uint64_t i) {
    return bits[i / 8] >> (7 - i % 8) & 1;
}

/// What data blocks of both arrays have in common: elements, or pages of them with checksums of their own.
class Elements {
public:
    Elements(File& file, uint8_t bytes, const EachElement& each) : file_(file), bytes_(bytes), each_(each) {}

    uint64_t bytes() const { return bytes_; }
    void read(Fields& fields, uint64_t first, uint64_t count) const {
        for (uint64_t i = 0; i < count; ++i) each_(first + i, fields.part(bytes_));
    }
    /// Pages behind a block; `written` says which of them were ever used.
    void read_pages(uint64_t address, uint64_t first, uint64_t count, uint64_t page,
                    std::span<const uint8_t> written, uint64_t written_from) const {
        const uint64_t page_bytes = page * bytes_ + checksum;
        for (uint64_t i = 0; i * page < count; ++i) {
            if (!bit(written, written_from + i)) continue;
            const uint64_t in_page = std::min(page, count - i * page);
            const Block block =
                file_.read_checked(address + i * page_bytes, in_page * bytes_ + checksum, "a page of chunks");
            Fields fields = block.fields();
            read(fields, first + i * page, in_page);
        }
    }

private:
    File& file_;
    uint8_t bytes_;
    const EachElement& each_;
};

class ExtensibleArray {
public:
    ExtensibleArray(File& file, bool filtered, const EachElement& each)
        : file_(file), filtered_(filtered), each_(each) {}

    void read(uint64_t address) {
        const Widths& w = file_.widths();
        const Block block =
            file_.read_checked(address, 16u + 6u * w.length + w.address, "an extensible array");
        Fields fields = block.fields();
        fields.expect("EAHD");
        fields.expect_version(0, "an extensible array");
        expect_client(fields, filtered_);
        const uint8_t element_bytes = fields.u8();
        bits_ = fields.u8();
        direct_ = fields.u8();
        least_ = fields.u8();
        const uint64_t pointers = fields.u8();
        const uint8_t page_bits = fields.u8();
        for (int i = 0; i < 6; ++i) fields.length();
        if (bits_ == 0 || bits_ > 64 || !std::has_single_bit(least_) || !std::has_single_bit(pointers) ||
            page_bits > 32 || element_bytes == 0)
            fields.fail(
                "an extensible array of 2^{} elements, data blocks of {} or more, {} or more in a super "
                "block",
                bits_, least_, pointers);
        page_ = uint64_t{1} << page_bits;
        offset_bytes_ = (bits_ + 7u) / 8;
        const uint64_t index = fields.address();
        elements_.emplace_back(file_, element_bytes, each_);
        if (index != nowhere) read_index(index, pointers);
    }

private:
    using Widths = File::Widths;
    const Elements& elements() const { return elements_.front(); }

    uint64_t super_blocks() const {
        return 1u + bits_ - std::min<uint64_t>(bits_, static_cast<uint64_t>(std::bit_width(least_)) - 1);
    }
    uint64_t blocks_of(uint64_t super) const { return uint64_t{1} << (super / 2); }
    uint64_t elements_of(uint64_t super) const { return least_ << ((super + 1) / 2); }

    void read_index(uint64_t address, uint64_t pointers) {
        const uint64_t direct_supers = 2 * (static_cast<uint64_t>(std::bit_width(pointers)) - 1);
        const uint64_t blocks = 2 * (pointers - 1);
        const uint64_t supers = super_blocks() - std::min(super_blocks(), direct_supers);
        const uint64_t width = file_.widths().address;
        const Block block = file_.read_checked(
            address, 6 + width + direct_ * elements().bytes() + (blocks + supers) * width + checksum,
            "an extensible array's index");
        Fields fields = block.fields();
        fields.expect("EAIB");
        fields.expect_version(0, "an extensible array's index");
        expect_client(fields, filtered_);
        fields.address();
        elements().read(fields, 0, direct_);
        uint64_t first = direct_;
        for (uint64_t super = 0; super < direct_supers; ++super)
            for (uint64_t i = 0; i < blocks_of(super); ++i, first += elements_of(super))
                read_data(fields.address(), first, elements_of(super), {}, 0);
        for (uint64_t super = direct_supers; super < direct_supers + supers; ++super) {
            read_super(fields.address(), super, first);
            first += blocks_of(super) * elements_of(super);
        }
    }

    void read_super(uint64_t address, uint64_t super, uint64_t first) {
        if (address == nowhere) return;
        const uint64_t blocks = blocks_of(super);
        const uint64_t pages = elements_of(super) > page_ ? elements_of(super) / page_ : 0;
        const uint64_t bitmap = (pages + 7) / 8;
        const uint64_t width = file_.widths().address;
        if (blocks > file_.source().size())
            file_.fail(address, "an extensible array with {} data blocks", blocks);
        const Block block =
            file_.read_checked(address, 6 + width + offset_bytes_ + blocks * (bitmap + width) + checksum,
                               "an extensible array's super block");
        Fields fields = block.fields();
        fields.expect("EASB");
        fields.expect_version(0, "an extensible array's super block");
        expect_client(fields, filtered_);
        fields.skip(width + offset_bytes_);
        const auto written = fields.bytes(blocks * bitmap);
        for (uint64_t i = 0; i < blocks; ++i, first += elements_of(super))
            read_data(fields.address(), first, elements_of(super), written, i * pages);
    }

    void read_data(uint64_t address, uint64_t first, uint64_t count, std::span<const uint8_t> written,
                   uint64_t written_from) {
        if (address == nowhere) return;
        const bool paged = count > page_;
        const uint64_t prefix = 6u + file_.widths().address + offset_bytes_;
        if (count > file_.source().size() || (paged && written.empty()))
            file_.fail(address, "an extensible array with {} elements in a data block", count);
        const uint64_t bytes = prefix + (paged ? 0 : count * elements().bytes()) + checksum;
        const Block block = file_.read_checked(address, bytes, "an extensible array's data");
        Fields fields = block.fields();
        fields.expect("EADB");
        fields.expect_version(0, "an extensible array's data");
        expect_client(fields, filtered_);
        fields.skip(file_.widths().address + offset_bytes_);
        if (paged)
            elements().read_pages(address + bytes, first, count, page_, written, written_from);
        else
            elements().read(fields, first, count);
    }

    File& file_;
    bool filtered_;
    const EachElement& each_;
    std::vector<Elements> elements_;
    uint8_t bits_ = 0;
    uint64_t direct_ = 0;  ///< elements in the index itself
    uint64_t least_ = 1;   ///< elements of the smallest data block
    uint64_t page_ = 1;
    size_t offset_bytes_ = 0;
};

}  // namespace

void read_fixed_array(File& file, uint64_t address, bool filtered, const EachElement& each) {
    const File::Widths& w = file.widths();
    const Block header = file.read_checked(address, 12u + w.length + w.address, "a fixed array");
    Fields fields = header.fields();
    fields.expect("FAHD");
    fields.expect_version(0, "a fixed array");
    expect_client(fields, filtered);
    const Elements elements(file, fields.u8(), each);
    const uint8_t page_bits = fields.u8();
    const uint64_t count = fields.length();
    const uint64_t data = fields.address();
    if (page_bits > 32 || elements.bytes() == 0 || count > file.source().size())
        fields.fail("a fixed array of {} elements of {} bytes in pages of 2^{}", count, elements.bytes(),
                    page_bits);
    if (data == nowhere) return;
    const uint64_t page = uint64_t{1} << page_bits;
    const bool paged = count > page;
    const uint64_t bitmap = paged ? (pages_of(count, page) + 7) / 8 : 0;
    const uint64_t bytes = 6u + w.address + bitmap + (paged ? 0 : count * elements.bytes()) + checksum;
    const Block block = file.read_checked(data, bytes, "a fixed array's data");
    fields = block.fields();
    fields.expect("FADB");
    fields.expect_version(0, "a fixed array's data");
    expect_client(fields, filtered);
    fields.address();
    const auto written = fields.bytes(bitmap);
    if (paged)
        elements.read_pages(data + bytes, 0, count, page, written, 0);
    else
        elements.read(fields, 0, count);
}

void read_extensible_array(File& file, uint64_t address, bool filtered, const EachElement& each) {
    ExtensibleArray(file, filtered, each).read(address);
}

}  // namespace keratin::io::hdf5
