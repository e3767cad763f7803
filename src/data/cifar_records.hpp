#pragma once

#include <keratin/models/training.hpp>

#include "io/source.hpp"

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace keratin::datasets {

/// The records of one or more files of CIFAR's binary version.
class CifarRecords {
public:
    /// What a record begins with.
    struct Labels {
        size_t count;  ///< one, or coarse and fine
        size_t used;   ///< which of them is y
        int64_t classes;
    };

    explicit CifarRecords(const Labels& labels) : labels_(labels) {}

    /// Throws FormatError when it holds no whole number of records, or a label that is no class; ValueError
    /// when there is no memory for it.
    void add(const io::Source& file);
    Dataset dataset(DType dtype) const;

private:
    Labels labels_;
    std::vector<Tensor> files_;  ///< their bytes
};

}  // namespace keratin::datasets
