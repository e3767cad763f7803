#pragma once

#include "io/hdf5/file.hpp"
#include "io/hdf5/global_heap.hpp"
#include "io/hdf5/reader.hpp"

#include <unordered_map>
#include <vector>

namespace keratin::io::hdf5 {

struct Object;

/// Reads a file's structure into a Reader.
class TreeReader {
public:
    TreeReader(Reader& reader, const ReadLimits& limits);
    void read();

private:
    struct Waiting;  ///< a link that is still to be followed
    /// What is known of an object that links led to.
    struct Known {
        Group* group = nullptr;
        const Dataset* dataset = nullptr;  ///< both nullptr: something else, such as a datatype with a name
        size_t place = 0;
    };

    void follow(const Waiting& link, std::vector<Waiting>& waiting);
    Known read_object(const Waiting& link, std::vector<Waiting>& waiting);
    const Dataset* add_dataset(Object& object, const Waiting& link, size_t place);
    void lay_out(LayoutMessage& message, const Space& space, Dataset& dataset, const Waiting& link);
    void unpack(const Waiting& link, uint64_t bytes, uint64_t stored);
    void require_no_circles() const;

    Reader& reader_;
    const ReadLimits& limits_;
    File file_;
    GlobalHeap heap_;
    std::unordered_map<uint64_t, Known> known_;  ///< by the address of the header
    bool group_linked_twice_ = false;
};

}  // namespace keratin::io::hdf5
