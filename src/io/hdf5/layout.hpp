#pragma once

#include "io/hdf5/file.hpp"
#include "io/hdf5/type.hpp"

#include <cstdint>
#include <vector>

namespace keratin::io::hdf5 {

/// A part of a dataset, stored by itself.
struct Chunk {
    uint64_t index;  ///< among all chunks of the dataset, row-major
    uint64_t address;
    uint32_t bytes;    ///< as stored
    uint32_t skipped;  ///< bit i: filter i was not applied
};

/// What bytes go through when a chunk is written, first to last.
struct Filter {
    enum Id : uint16_t { deflate = 1, shuffle = 2, fletcher = 3 };
    uint16_t id;
    uint32_t parameter;  ///< shuffle: bytes of an element
};

/// Where a dataset's bytes lie.
struct Layout {
    enum class Kind : uint8_t { compact, contiguous, chunked };

    Kind kind = Kind::contiguous;
    uint64_t address = nowhere;           ///< contiguous: the bytes; `nowhere` when none were ever written
    uint64_t bytes = 0;                   ///< contiguous: how many
    std::vector<uint8_t> content;         ///< compact: the bytes themselves
    std::vector<uint64_t> chunk_extents;  ///< chunked: without the element's size
    std::vector<Chunk> chunks;            ///< sorted by index; what is missing has the fill value
    std::vector<Filter> filters;
    std::vector<uint8_t> fill;  ///< the element where nothing was written; empty for zero
};

/// A layout message as it stands, before dataspace and datatype are known.
struct LayoutMessage {
    enum class Index : uint8_t { tree1 = 0, single = 1, implicit = 2, fixed = 3, extensible = 4, tree2 = 5 };

    Layout::Kind kind = Layout::Kind::contiguous;
    uint64_t address = nowhere;  ///< of the bytes, or of the index of chunks
    uint64_t bytes = 0;
    uint64_t place = 0;  ///< of the message
    std::vector<uint8_t> content;
    std::vector<uint64_t> chunk;  ///< extents, then the element's size
    Index index = Index::tree1;
    bool filtered_single = false;
    uint32_t skipped = 0;  ///< a filtered single chunk's filter mask
};

LayoutMessage read_layout(Fields fields);
/// A filter pipeline message, into layout.filters. Returns why the filters cannot be undone, or "".
std::string read_filters(Fields fields, std::vector<Filter>& filters);
/// A fill value message: its bytes, or none.
std::vector<uint8_t> read_fill(Fields fields, uint16_t message);

/// Finds the chunks of a dataset, claims their bytes, checks that each is named once.
void find_chunks(File& file, const LayoutMessage& message, const Space& space, const Type& type,
                 Layout& layout);

}  // namespace keratin::io::hdf5
