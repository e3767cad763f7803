#include <keratin/data/image_dataset.hpp>

#include "data/file_index.hpp"
#include "data/shuffling.hpp"
#include "layers/images.hpp"

#include <keratin/core/error.hpp>
#include <keratin/core/threads.hpp>
#include <keratin/io/image.hpp>
#include <keratin/ops/elementwise.hpp>
#include <keratin/ops/shaping.hpp>

#include <algorithm>
#include <cctype>
#include <cmath>
#include <cstring>
#include <memory>
#include <set>

namespace keratin::utils {
namespace {

constexpr const char* owner = "image_dataset_from_directory";

/// The files with their labels in their order, of which runs take a part.
struct Files {
    std::vector<std::string> paths;
    std::vector<int32_t> labels;  ///< none, or one per file
    std::vector<std::string> class_names;
    uint64_t seed;
};

void check(const ImageDatasetOptions& options, bool split) {
    if (options.image_size.height < 1 || options.image_size.width < 1)
        fail<ValueError>("{}: image_size is ({}, {}); its sides must be at least 1", owner,
                         options.image_size.height, options.image_size.width);
    if (options.crop_to_aspect_ratio && options.pad_to_aspect_ratio)
        fail<ValueError>("{}: crop_to_aspect_ratio and pad_to_aspect_ratio are both set; choose one", owner);
    const double share = options.validation_split;
    if (!(share >= 0 && share < 1))
        fail<ValueError>("{}: validation_split is {}; it must be between 0 and 1", owner, share);
    if (split != (share > 0))
        fail<ValueError>("{}: a subset needs a validation_split, and a validation_split a subset", owner);
    if (split && options.shuffle && !options.seed)
        fail<ValueError>("{}: a validation_split of shuffled files needs a seed, or its sides would overlap",
                         owner);
    if (!options.class_names.empty() && (options.labels || options.label_mode.is("none")))
        fail<ValueError>("{}: class_names go with labels that the directories tell; leave one out", owner);
}

/// Labels that are given, in place of those inferred.
void take_labels(Files& files, const std::vector<int32_t>& labels, const std::string& directory) {
    if (labels.size() != files.paths.size())
        fail<ValueError>("{}: {} labels are given for {} files in {}; give one for each", owner,
                         labels.size(), files.paths.size(), directory);
    files.labels = labels;
    for (const int32_t label : std::set<int32_t>(labels.begin(), labels.end()))
        files.class_names.push_back(std::to_string(label));
}

Files find(const std::string& directory, const ImageDatasetOptions& options) {
    const bool unlabelled = options.label_mode.is("none");
    data::FileIndexOptions index_options{.by_class = !unlabelled && !options.labels,
                                         .class_names = options.class_names,
                                         .follow_links = options.follow_links,
                                         .extensions = {".bmp", ".gif", ".jpeg", ".jpg", ".png"}};
    data::FileIndex index = data::index_directory(directory, index_options, owner);
    Files files{std::move(index.paths), std::move(index.labels), std::move(index.class_names),
                data::seed_or_small(options.seed)};
    if (files.paths.empty())
        fail<ValueError>("{}: there is no .bmp, .jpeg, .jpg or .png file in {}{}", owner, directory,
                         index_options.by_class ? " that is in a directory of its class" : "");
    for (const std::string& path : files.paths)
        if (std::tolower(static_cast<unsigned char>(path[path.size() - 2])) == 'i')  // of .gif, of no other
            fail_at(path, {}, "is a GIF, which is not read; convert it to PNG");
    if (options.labels && !unlabelled) take_labels(files, *options.labels, directory);
    if (options.label_mode.is("binary") && files.class_names.size() != 2)
        fail<ValueError>("{}: label_mode \"binary\" is for 2 classes; there are {}", owner,
                         files.class_names.size());
    const auto classes = static_cast<int32_t>(files.class_names.size());
    if (!options.label_mode.is("int"))
        for (const int32_t label : files.labels)
            if (label < 0 || label >= classes)
                fail<ValueError>(
                    "{}: label {} is none of {} classes; count them from 0, or use label_mode \"int\"", owner,
                    label, classes);
    return files;
}

void shuffle(Files& files) {
    const auto count = static_cast<int64_t>(files.paths.size());
    Files from = files;
    const std::vector<int64_t> order = data::numpy_order(count, files.seed, owner);
    for (size_t i = 0; i < order.size(); ++i) {
        files.paths[i] = from.paths[static_cast<size_t>(order[i])];
        if (!files.labels.empty()) files.labels[i] = from.labels[static_cast<size_t>(order[i])];
    }
}

/// Found as the options say, told about, and in order.
Files files_of(const std::string& directory, const ImageDatasetOptions& options) {
    Files files = find(directory, options);
    if (options.verbose && files.labels.empty()) fmt::print("Found {} files.\n", files.paths.size());
    if (options.verbose && !files.labels.empty())
        fmt::print("Found {} files belonging to {} classes.\n", files.paths.size(), files.class_names.size());
    if (options.shuffle) shuffle(files);
    return files;
}

Files part_of(const Files& files, size_t first, size_t count) {
    Files part = files;
    const auto cut = [&](auto& list) {
        if (list.empty()) return;
        list.erase(list.begin() + static_cast<std::ptrdiff_t>(first + count), list.end());
        list.erase(list.begin(), list.begin() + static_cast<std::ptrdiff_t>(first));
    };
    cut(part.paths);
    cut(part.labels);
    return part;
}

Files side_of(const Files& files, const ImageDatasetOptions& options, bool validation) {
    const size_t all = files.paths.size();
    const auto held_out = static_cast<size_t>(options.validation_split * static_cast<double>(all));
    if (held_out == 0)
        fail<ValueError>("{}: a validation_split of {} of {} files is less than one; raise it", owner,
                         options.validation_split, all);
    const size_t count = validation ? held_out : all - held_out;
    if (options.verbose)
        fmt::print("Using {} files for {}.\n", count, validation ? "validation" : "training");
    return part_of(files, validation ? all - held_out : 0, count);
}

/// Images (1, height, width, channels) in the middle of zeros, as large as they fit
/// (tf.image.resize_with_pad).
Tensor resized_with_pad(const Tensor& image, const Size2& size, Interpolation interpolation) {
    // float32 as in TensorFlow, so that sides are rounded alike.
    const auto height = static_cast<float>(image.shape()[1]), width = static_cast<float>(image.shape()[2]);
    const auto to_height = static_cast<float>(size.height), to_width = static_cast<float>(size.width);
    const float ratio = std::max(width / to_width, height / to_height);
    const auto side = [&](float from) { return std::max<int64_t>(static_cast<int64_t>(from / ratio), 1); };
    const auto before = [&](float to, float from) {
        return std::max<int64_t>(static_cast<int64_t>(std::floor((to - from / ratio) / 2)), 0);
    };
    const Size2 inner{side(height), side(width)};
    const int64_t top = before(to_height, height), left = before(to_width, width);
    return pad(
        nn::resize(image, inner, interpolation),
        {{0, 0}, {top, size.height - inner.height - top}, {left, size.width - inner.width - left}, {0, 0}});
}

/// Reads the pictures of batches.
struct Loader {
    std::shared_ptr<const std::vector<std::string>> paths;
    ImageDatasetOptions options;

    int channels() const { return channels_of(options.color_mode); }

    Tensor image(int64_t index) const {
        const Tensor picture = io::read_image((*paths)[static_cast<size_t>(index)], {.channels = channels()});
        const Tensor x = expand_dims(cast(picture, float32), 0);
        const auto& [height, width] = options.image_size;
        if (options.pad_to_aspect_ratio)
            return resized_with_pad(x, options.image_size, options.interpolation);
        const Shape& shape = x.shape();
        const Tensor whole = options.crop_to_aspect_ratio
                                 ? layers::crop(x, layers::box_of_aspect(shape[1], shape[2], height, width))
                                 : x;
        return nn::resize(whole, options.image_size, options.interpolation);
    }

    /// Of indices of any shape, all threads reading.
    Tensor images(const Tensor& indices) const {
        const Shape one{options.image_size.height, options.image_size.width, channels()};
        Tensor result = Tensor::empty(indices.shape() + one, float32);
        const std::span<const int64_t> index = indices.data<int64_t>();
        float* const to = result.mutable_data<float>().data();
        constexpr int64_t work_of_a_number = 100;  // to read, decode and resize
        parallel_for(indices.size(), result.size() * work_of_a_number, [&](int64_t begin, int64_t end) {
            for (int64_t i = begin; i < end; ++i)
                std::memcpy(to + i * one.size(), image(index[static_cast<size_t>(i)]).raw(),
                            static_cast<size_t>(one.size()) * sizeof(float));
        });
        return result;
    }
};

Tensor labels_of(const Files& files, LabelMode mode) {
    const Tensor labels = Tensor::from(files.labels);
    if (mode.is("int")) return labels;
    if (mode.is("categorical")) return one_hot(labels, static_cast<int64_t>(files.class_names.size()));
    return expand_dims(cast(labels, float32), -1);
}

ImageDataset dataset_of(const Files& files, const ImageDatasetOptions& options, bool shuffled) {
    const auto paths = std::make_shared<const std::vector<std::string>>(files.paths);
    const Tensor indices = arange(0, static_cast<int64_t>(paths->size()), 1, int64);
    data::Pipeline pipeline = data::from_tensor_slices(
        indices, files.labels.empty() ? Tensor() : labels_of(files, options.label_mode));
    if (shuffled)
        pipeline = pipeline.shuffle(data::buffer_for(options.batch_size, owner), {.seed = files.seed});
    if (options.batch_size) pipeline = pipeline.batch(*options.batch_size);
    const Loader loader{paths, options};
    const std::function<Tensor(Tensor)> load = [loader](const Tensor& index) { return loader.images(index); };
    return {pipeline.map(load, {.seed = 0}).prefetch(), files.class_names, files.paths};
}

}  // namespace

ImageDataset image_dataset_from_directory(const std::string& directory, const ImageDatasetOptions& options) {
    const bool split = !options.subset.is("all");
    check(options, split);
    const Files files = files_of(directory, options);
    if (!split) return dataset_of(files, options, options.shuffle);
    return dataset_of(side_of(files, options, options.subset.is("validation")), options, options.shuffle);
}

ImageDatasetSplit image_datasets_from_directory(const std::string& directory,
                                                const ImageDatasetOptions& options) {
    check(options, true);
    const Files files = files_of(directory, options);
    const Files training = side_of(files, options, false);
    const Files validation = side_of(files, options, true);
    return {dataset_of(training, options, options.shuffle), dataset_of(validation, options, false)};
}

}  // namespace keratin::utils
