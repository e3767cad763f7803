#pragma once

#include "io/hdf5/file.hpp"

#include <cstdint>
#include <map>
#include <string>
#include <vector>

namespace keratin::io::hdf5 {

/// Where texts of variable length are kept: collections of numbered objects.
class GlobalHeap {
public:
    explicit GlobalHeap(File& file) : file_(file) {}
    /// The text that an element (length, address, number) stands for.
    std::string text(Fields& element);

private:
    struct Object {
        uint64_t begin, bytes;
    };
    struct Collection {
        Block block;
        std::map<uint16_t, Object> objects;
    };
    const Collection& collection(uint64_t address);

    File& file_;
    std::map<uint64_t, Collection> collections_;
};

}  // namespace keratin::io::hdf5
