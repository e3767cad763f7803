#pragma once

#include <keratin/core/padding.hpp>
#include <keratin/core/word.hpp>
#include <keratin/data/image_utils.hpp>
#include <keratin/data/pipeline.hpp>
#include <keratin/ops/nn/resize.hpp>

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace keratin::utils {

inline constexpr std::array<std::string_view, 4> label_mode_words = {"int", "categorical", "binary", "none"};
using LabelMode = Word<label_mode_words>;
inline constexpr std::array<std::string_view, 3> subset_words = {"all", "training", "validation"};
using Subset = Word<subset_words>;

/// In Keras's order and with its defaults.
struct ImageDatasetOptions {
    /// One per file, in the order of the files; inferred from the directories when not given.
    std::optional<std::vector<int32_t>> labels = {};
    LabelMode label_mode =
        "int";  ///< y: int32 (batch), float32 (batch, classes), float32 (batch, 1), or none
    std::vector<std::string> class_names = {};  ///< the directories to take, in the order of their labels
    ColorMode color_mode = "rgb";               ///< 1, 3 or 4 channels
    std::optional<int64_t> batch_size = 32;     ///< without one, single images
    Size2 image_size = {256, 256};              ///< height and width
    bool shuffle = true;                        ///< else sorted
    std::optional<uint64_t> seed = {};          ///< below 2^32; the order of the files is Keras's
    double validation_split = 0;                ///< share of the files, from the end
    Subset subset = "all";                      ///< with a validation_split, one of its sides
    Interpolation interpolation = "bilinear";
    bool follow_links = false;          ///< into directories inside of the classes'
    bool crop_to_aspect_ratio = false;  ///< instead of distorting
    bool pad_to_aspect_ratio = false;   ///< with zeros, instead of distorting
    bool verbose = true;                ///< print how many files were found
};

/// Batches of images, and what they were made from.
struct ImageDataset : data::Pipeline {
    std::vector<std::string> class_names;  ///< by label; empty without labels
    std::vector<std::string> file_paths;   ///< in the order in which runs begin
};

/// PNG, JPEG and BMP files below a directory, with a directory for each class, as batches of x float32
/// (batch, height, width, channels), 0 to 255, and labels (keras.utils.image_dataset_from_directory). With
/// labels given or none the directories inside mean nothing. A file is read when its batch is asked for, on a
/// thread of its own. Throws ValueError for options that contradict one another or the files, and for a
/// directory without a picture; FormatError for a GIF; IoError; a run throws what io::read_image does.
KERATIN_EXPORT ImageDataset image_dataset_from_directory(const std::string& directory,
                                                         const ImageDatasetOptions& options = {});

/// Both sides of a validation_split (Keras's subset "both").
struct ImageDatasetSplit {
    ImageDataset training;
    ImageDataset validation;  ///< not shuffled from run to run
};
KERATIN_EXPORT ImageDatasetSplit image_datasets_from_directory(const std::string& directory,
                                                               const ImageDatasetOptions& options);

}  // namespace keratin::utils
