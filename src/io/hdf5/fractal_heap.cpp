#include "io/hdf5/fractal_heap.hpp"

#include "io/checksum.hpp"
#include "io/hdf5/checksum.hpp"
#include "io/hdf5/tree2.hpp"

#include <algorithm>
#include <array>
#include <bit>

namespace keratin::io::hdf5 {
namespace {

size_t log2_of(uint64_t power) {
    return static_cast<size_t>(std::bit_width(power)) - 1;
}

}  // namespace

FractalHeap::FractalHeap(File& file, uint64_t address) : file_(file), address_(address) {
    const uint64_t lengths = 12u * file.widths().length;
    const uint64_t addresses = 3u * file.widths().address;
    const Block block = file.read_checked(address, 26 + lengths + addresses, "a fractal heap's header");
    Fields fields = block.fields();
    fields.expect("FRHP");
    fields.expect_version(0, "a fractal heap");
    fields.skip(2);  // bytes of an ID
    if (fields.u16() != 0) fields.fail("a fractal heap whose blocks went through filters; such are not read");
    checked_ = fields.u8() & 2;
    const uint32_t largest_object = fields.u32();
    fields.length();
    huge_tree_ = fields.address();
    fields.length();
    fields.address();
    for (int i = 0; i < 8; ++i) fields.length();
    width_ = fields.u16();
    first_block_ = fields.length();
    largest_direct_ = fields.length();
    const uint16_t bits = fields.u16();
    fields.skip(2);
    const uint64_t root = fields.address();
    const uint16_t rows = fields.u16();
    if (width_ == 0 || !std::has_single_bit(width_) || !std::has_single_bit(first_block_) ||
        !std::has_single_bit(largest_direct_) || largest_direct_ < first_block_ ||
        largest_direct_ > INT32_MAX || bits > 64 || bits == 0)
        fields.fail("a fractal heap with {} blocks in a row, from {} to {} bytes, of 2^{} bytes in all",
                    width_, first_block_, largest_direct_, bits);
    direct_rows_ = log2_of(largest_direct_) - log2_of(first_block_) + 2;
    offset_bytes_ = (bits + 7u) / 8;
    const size_t direct_width = (log2_of(largest_direct_) + 7) / 8;
    length_bytes_ = std::min<size_t>(direct_width, log2_of(std::max(largest_object, 1u)) / 8 + 1);
    if (root != nowhere) read_blocks(fields, root, rows);
}

/// All blocks, from the root on; a list, not a recursion.
void FractalHeap::read_blocks(Fields& fields, uint64_t root, uint64_t rows) {
    if (rows == 0) return read_direct(root, 0, first_block_);
    std::vector<std::array<uint64_t, 3>> waiting{{root, 0, rows}};
    while (!waiting.empty()) {
        const auto [address, offset, block_rows] = waiting.back();
        waiting.pop_back();
        if (block_rows > 64) fields.fail("a fractal heap's block of {} rows", block_rows);
        read_indirect(address, offset, block_rows, waiting);
    }
}

void FractalHeap::read_indirect(uint64_t address, uint64_t offset, uint64_t rows,
                                std::vector<std::array<uint64_t, 3>>& waiting) {
    const uint64_t prefix = 5u + file_.widths().address + offset_bytes_;
    const uint64_t bytes = prefix + rows * width_ * file_.widths().address + 4;
    const Block block = file_.read_checked(address, bytes, "a fractal heap's indirect block");
    Fields fields = block.fields();
    fields.expect("FHIB");
    fields.expect_version(0, "a fractal heap's indirect block");
    fields.skip(file_.widths().address);
    if (fields.number(offset_bytes_) != offset)
        fields.fail("a fractal heap's block is not where it should be in the heap");
    for (uint64_t row = 0; row < rows; ++row)
        for (uint64_t column = 0; column < width_; ++column, offset += row_bytes(row)) {
            const uint64_t child = fields.address();
            if (child == nowhere) continue;
            if (row < direct_rows_) {
                read_direct(child, offset, row_bytes(row));
            } else {
                const uint64_t child_rows = log2_of(row_bytes(row)) - log2_of(first_block_ * width_) + 1;
                file_.spend(24);
                waiting.push_back({child, offset, child_rows});
            }
        }
}

void FractalHeap::read_direct(uint64_t address, uint64_t offset, uint64_t bytes) {
    Block block = file_.read(address, bytes, "a fractal heap's block");
    Fields fields = block.fields();
    fields.expect("FHDB");
    fields.expect_version(0, "a fractal heap's block");
    if (fields.address() != address_) fields.fail("a fractal heap's block belongs to another heap");
    if (fields.number(offset_bytes_) != offset)
        fields.fail("a fractal heap's block is not where it should be in the heap");
    if (checked_) {
        const uint64_t at = fields.place() - block.place();
        const uint32_t checksum = fields.u32();
        std::vector<uint8_t> without(block.bytes().begin(), block.bytes().end());
        std::fill_n(without.begin() + static_cast<std::ptrdiff_t>(at), 4, uint8_t{0});
        if (lookup3(without) != checksum && checksums_are_verified)
            fields.fail("the checksum of a fractal heap's block does not fit its bytes");
    }
    file_.spend(96);
    if (!blocks_.emplace(offset, std::move(block)).second)
        fields.fail("a fractal heap's block is there twice");
}

Fields FractalHeap::object(Fields id) {
    const Fields at = id;
    const uint8_t flags = id.u8();
    if (flags >> 6 != 0) at.fail("a heap ID of version {}; version 0 is read", flags >> 6);
    switch (flags >> 4 & 3) {
        case 0:
            return managed(id);
        case 1:
            return huge(id);
        case 2:  // it is in the ID itself
            return id.part((flags & 15u) + 1u);
        default:
            at.fail("a heap ID of an unknown kind");
    }
}

Fields FractalHeap::managed(Fields& id) {
    const uint64_t offset = id.number(offset_bytes_);
    const uint64_t bytes = id.number(length_bytes_);
    auto block = blocks_.upper_bound(offset);
    if (block == blocks_.begin())
        id.fail("an object at offset {} of a fractal heap, where no block is", offset);
    --block;
    Fields fields = block->second.fields();
    fields.skip(offset - block->first);
    return fields.part(bytes);
}

Fields FractalHeap::huge(Fields& id) {
    if (!huge_found_) find_huge();
    const uint64_t number = id.number(std::min<size_t>(id.left(), 8));
    const auto found = huge_.find(number);
    if (found == huge_.end()) id.fail("the fractal heap has no large object {}", number);
    return found->second.fields();
}

void FractalHeap::find_huge() {
    huge_found_ = true;
    constexpr uint8_t indirect = 1;
    read_tree2(file_, huge_tree_, indirect, [&](Fields record) {
        const uint64_t address = record.address();
        const uint64_t bytes = record.length();
        const uint64_t number = record.length();
        file_.spend(96);
        huge_.emplace(number, file_.read(address, bytes, "a fractal heap's large object"));
    });
}

}  // namespace keratin::io::hdf5
