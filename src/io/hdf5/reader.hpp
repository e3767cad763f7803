#pragma once

#include "io/hdf5/tree.hpp"
#include "io/source.hpp"

#include <keratin/core/tensor.hpp>
#include <keratin/io/limits.hpp>

#include <cstdint>
#include <deque>
#include <memory>
#include <string>

namespace keratin::io::hdf5 {

/// An HDF5 file as h5py and Keras write it. Making one reads the whole structure, numbers are read when asked
/// for. Throws FormatError for what is damaged and for what Keras refuses as well: soft and external links,
/// external storage, virtual datasets; also for links in a circle, groups more than 64 deep, bytes that serve
/// twice. Safe from many threads.
class Reader {
public:
    explicit Reader(std::shared_ptr<const Source> file, const ReadLimits& limits = {});
    Reader(Reader&&) = default;

    const Group& root() const { return groups_.front(); }
    /// The numbers, straight from the file where they are stored as they are.
    Tensor read(const Dataset& dataset) const;
    /// The same into a tensor that is there; another dtype than the dataset's is converted. Throws ValueError
    /// for another shape. After a FormatError the tensor's values are undefined.
    void read_into(const Dataset& dataset, Tensor& into) const;

    /// Where it stands, as "layers/dense/vars/0".
    std::string path(const Dataset& dataset) const;
    size_t count_datasets() const { return datasets_.size(); }
    /// What ReadLimits are about: bytes that come out of fewer.
    uint64_t unpacked_bytes() const { return unpacked_bytes_; }
    uint64_t structure_bytes() const { return structure_bytes_; }  ///< of memory, while it was read
    uint64_t size() const { return source_->size(); }

private:
    friend class TreeReader;
    struct Place {
        size_t parent;
        const std::string* name;  ///< a key of the parent's map; nullptr for the root
    };
    std::string path(size_t place) const;
    void read_elements(const Dataset& dataset, uint8_t* to) const;
    void read_contiguous(const Dataset& dataset, uint8_t* to) const;
    void read_chunks(const Dataset& dataset, uint8_t* to) const;
    void convert(const Dataset& dataset, const uint8_t* from, size_t count, uint8_t* to) const;
    void fill(const Dataset& dataset, uint8_t* to) const;
    [[noreturn]] void refuse(const Dataset& dataset, const std::string& why) const;

    std::shared_ptr<const Source> source_;
    uint64_t base_ = 0;
    uint64_t unpacked_bytes_ = 0;
    uint64_t structure_bytes_ = 0;
    std::deque<Group> groups_;  ///< the root first
    std::deque<Dataset> datasets_;
    std::vector<Place> places_;
};

}  // namespace keratin::io::hdf5
