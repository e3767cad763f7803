#pragma once

#include <keratin/models/training.hpp>

#include <string>

namespace keratin::datasets {

struct Split {
    Dataset train;
    Dataset test;
};

struct MnistOptions {
    DType dtype = float32;  ///< of x: float32 in [0, 1], or uint8 with scale 1/255 applied batch by batch
};

/// The handwritten digits of LeCun, Cortes and Burges from the four IDX files in a directory, gzipped or
/// plain: x (60000, 28, 28, 1) and (10000, 28, 28, 1), y (n) int64. Throws IoError naming the files looked
/// for, FormatError when one is not what it should be.
KERATIN_EXPORT Split mnist(const std::string& directory, const MnistOptions& options = {});
/// Fashion-MNIST (Xiao, Rasul, Vollgraf 2017): the same files, other pictures.
KERATIN_EXPORT Split fashion_mnist(const std::string& directory, const MnistOptions& options = {});

}  // namespace keratin::datasets
