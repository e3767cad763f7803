#pragma once

#include <keratin/core/word.hpp>
#include <keratin/data/mnist.hpp>

#include <array>
#include <string>
#include <string_view>

namespace keratin::datasets {

struct CifarOptions {
    DType dtype = float32;  ///< of x: float32 in [0, 1], or uint8 with scale 1/255 applied batch by batch
};

/// The photographs of Krizhevsky (Learning multiple layers of features from tiny images, 2009) from the
/// binary version's data_batch_1.bin to data_batch_5.bin and test_batch.bin in a directory: x (50000, 32, 32,
/// 3) and (10000, 32, 32, 3), y (n, 1) int64, 0 to 9. Throws IoError naming the file that is missing,
/// FormatError when one is not what it should be.
KERATIN_EXPORT Split cifar10(const std::string& directory, const CifarOptions& options = {});

inline constexpr std::array<std::string_view, 2> cifar_label_words = {"fine", "coarse"};
using CifarLabels = Word<cifar_label_words>;

/// The same of 100 classes, or of 20 coarse ones, from train.bin and test.bin.
KERATIN_EXPORT Split cifar100(const std::string& directory, CifarLabels label_mode = "fine",
                              const CifarOptions& options = {});

}  // namespace keratin::datasets
