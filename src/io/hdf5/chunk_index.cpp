#include "io/hdf5/chunk_arrays.hpp"
#include "io/hdf5/chunk_grid.hpp"
#include "io/hdf5/tree1.hpp"
#include "io/hdf5/tree2.hpp"

#include <algorithm>

namespace keratin::io::hdf5 {
namespace {

class ChunkFinder {
public:
    ChunkFinder(File& file, const LayoutMessage& message, const ChunkGrid& grid, Layout& layout)
        : file_(file), message_(message), grid_(grid), layout_(layout), filtered_(!layout.filters.empty()) {}

    void find() {
        const uint64_t at = message_.address;
        if (at == nowhere) return;
        switch (message_.index) {
            case LayoutMessage::Index::tree1:
                return find_in_tree1();
            case LayoutMessage::Index::single:
                return add(0, at, message_.filtered_single ? message_.bytes : grid_.chunk_bytes(),
                           message_.skipped);
            case LayoutMessage::Index::implicit:
                return find_in_a_row();
            case LayoutMessage::Index::fixed:
                return read_fixed_array(file_, at, filtered_,
                                        [&](uint64_t i, Fields f) { add_element(i, f); });
            case LayoutMessage::Index::extensible:
                return read_extensible_array(file_, at, filtered_,
                                             [&](uint64_t i, Fields f) { add_element(i, f); });
            case LayoutMessage::Index::tree2:
                return find_in_tree2();
        }
    }

private:
    void add(std::optional<uint64_t> index, uint64_t address, uint64_t bytes, uint32_t skipped) {
        if (!index || address == nowhere) return;
        if (bytes > UINT32_MAX || (!filtered_ && bytes != grid_.chunk_bytes()))
            file_.fail(address, "a chunk of {} bytes is stored in {}", grid_.chunk_bytes(), bytes);
        file_.claim(address, bytes, "a chunk");
        file_.spend(sizeof(Chunk));
        layout_.chunks.push_back({*index, address, static_cast<uint32_t>(bytes), skipped});
    }

    /// Key: bytes, mask, then the first element of the chunk along each axis, and 0.
    void find_in_tree1() {
        constexpr uint8_t of_chunks = 1;
        std::vector<uint64_t> place(grid_.rank());
        read_tree1(file_, message_.address, of_chunks, 8 * (grid_.rank() + 2),
                   [&](Fields key, uint64_t child) {
                       const uint32_t bytes = key.u32();
                       const uint32_t skipped = key.u32();
                       for (size_t i = 0; i < place.size(); ++i) {
                           const uint64_t first = key.u64();
                           if (first % grid_.extents()[i] != 0)
                               key.fail("a chunk begins at element {}, which is no multiple of {}", first,
                                        grid_.extents()[i]);
                           place[i] = first / grid_.extents()[i];
                       }
                       add(grid_.index(place), child, bytes, skipped);
                   });
    }

    void find_in_tree2() {
        std::vector<uint64_t> place(grid_.rank());
        const uint8_t type = filtered_ ? 11 : 10;
        read_tree2(file_, message_.address, type, [&](Fields record) {
            const uint64_t address = record.address();
            const uint64_t after = 4 + 8 * grid_.rank();
            uint64_t bytes = grid_.chunk_bytes();
            uint32_t skipped = 0;
            if (filtered_) {
                bytes = stored_bytes(record, after);
                skipped = record.u32();
            }
            for (uint64_t& i : place) i = record.u64();
            add(grid_.index(place), address, bytes, skipped);
        });
    }

    void find_in_a_row() {
        const uint64_t bytes = grid_.chunk_bytes();
        if (grid_.most() > file_.source().size() / bytes + 1)
            file_.fail(message_.address, "{} chunks of {} bytes in a row", grid_.most(), bytes);
        for (uint64_t i = 0; i < grid_.most(); ++i)
            add(grid_.index_in_array(i), message_.address + i * bytes, bytes, 0);
    }

    void add_element(uint64_t number, Fields element) {
        const uint64_t address = element.address();
        if (address == nowhere) return;
        uint64_t bytes = grid_.chunk_bytes();
        uint32_t skipped = 0;
        if (filtered_) {
            bytes = stored_bytes(element, 4);
            skipped = element.u32();
        }
        add(grid_.index_in_array(number), address, bytes, skipped);
    }

    /// How many bytes a filtered chunk has, in a number as wide as what else is before `after` bytes.
    static uint64_t stored_bytes(Fields& fields, uint64_t after) {
        if (fields.left() <= after || fields.left() - after > 8)
            fields.fail("an entry with {} bytes for a chunk's size and more", fields.left());
        return fields.number(fields.left() - after);
    }

    File& file_;
    const LayoutMessage& message_;
    const ChunkGrid& grid_;
    Layout& layout_;
    bool filtered_;
};

}  // namespace

void find_chunks(File& file, const LayoutMessage& message, const Space& space, const Type& type,
                 Layout& layout) {
    const Fields at(file, {}, message.place);
    const ChunkGrid grid(at, message, space, type);
    layout.chunk_extents = grid.extents();
    ChunkFinder(file, message, grid, layout).find();
    auto& chunks = layout.chunks;
    std::sort(chunks.begin(), chunks.end(), [](const Chunk& a, const Chunk& b) { return a.index < b.index; });
    for (size_t i = 1; i < chunks.size(); ++i)
        if (chunks[i].index == chunks[i - 1].index)
            at.fail("chunk {} of a dataset is there twice", chunks[i].index);
}

}  // namespace keratin::io::hdf5
