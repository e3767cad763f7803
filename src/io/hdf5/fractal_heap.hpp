#pragma once

#include "io/hdf5/file.hpp"

#include <array>
#include <cstdint>
#include <map>
#include <vector>

namespace keratin::io::hdf5 {

/// The heap in which newer files keep what is too much for an object's header: links and attributes.
class FractalHeap {
public:
    FractalHeap(File& file, uint64_t address);
    /// The object of an ID. Its bytes live as long as the heap.
    Fields object(Fields id);

private:
    void read_blocks(Fields& fields, uint64_t root, uint64_t rows);
    void read_indirect(uint64_t address, uint64_t offset, uint64_t rows,
                       std::vector<std::array<uint64_t, 3>>& waiting);
    void read_direct(uint64_t address, uint64_t offset, uint64_t bytes);
    uint64_t row_bytes(uint64_t row) const { return row == 0 ? first_block_ : first_block_ << (row - 1); }
    Fields managed(Fields& id);
    Fields huge(Fields& id);
    void find_huge();

    File& file_;
    uint64_t address_;
    bool checked_ = false;  ///< direct blocks have checksums
    uint64_t width_ = 0;    ///< blocks in a row
    uint64_t first_block_ = 0;
    uint64_t largest_direct_ = 0;
    uint64_t direct_rows_ = 0;
    size_t offset_bytes_ = 0;
    size_t length_bytes_ = 0;
    std::map<uint64_t, Block> blocks_;  ///< by their offset in the heap
    uint64_t huge_tree_ = nowhere;
    bool huge_found_ = false;
    std::map<uint64_t, Block> huge_;
};

}  // namespace keratin::io::hdf5
