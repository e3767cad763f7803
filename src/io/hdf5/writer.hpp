#pragma once

#include "io/checksum.hpp"
#include "io/hdf5/tree.hpp"

#include <keratin/core/tensor.hpp>

#include <cstdint>
#include <map>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace keratin::io::hdf5 {

struct NewDataset {
    Tensor tensor;
    Attributes attributes = {};  ///< bfloat16 gets dtype = "bfloat16" by itself, as Keras writes it
};

/// What is to be written. Of attributes, a text is stored as h5py stores a str, texts as bytes of one length,
/// numbers as numbers.
struct NewGroup {
    Attributes attributes = {};
    std::map<std::string, NewGroup> groups = {};
    std::map<std::string, NewDataset> datasets = {};

    /// The group down a path such as "layers/dense/vars"; made where it is not there.
    NewGroup& group(std::string_view path);
};

/// A file's bytes in order: its structure, then the tensors' own memory, which is not copied.
class Image {
public:
    Image(Image&&) = default;
    Image& operator=(Image&&) = default;

    std::span<const Piece> pieces() const { return pieces_; }
    uint64_t size() const { return size_; }

private:
    friend Image write(const NewGroup& root);
    Image() = default;
    std::vector<uint8_t> structure_;
    std::vector<Tensor> tensors_;
    std::vector<Piece> pieces_;
    uint64_t size_ = 0;
};

/// The file of these groups, in the oldest form, which every HDF5 library reads. Data stands at multiples of
/// 64 bytes. Throws ValueError for names that the format cannot hold, for an undefined tensor, for an
/// attribute of 64 KB or more that is no text.
Image write(const NewGroup& root);

}  // namespace keratin::io::hdf5
