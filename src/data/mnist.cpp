#include <keratin/data/idx.hpp>
#include <keratin/data/mnist.hpp>

#include "data/pixels.hpp"
#include "io/file.hpp"

#include <algorithm>

namespace keratin::datasets {
namespace {

/// The file, plain or gzipped, whichever is there.
Tensor read_part(const std::string& directory, const std::string& name) {
    const std::string plain = directory + "/" + name;
    for (const std::string& path : {plain, plain + ".gz"})
        if (io::file_exists(path)) return data::read_idx(path);
    fail<IoError>("{}: neither {} nor {}.gz is there; give the directory of the four IDX files", directory,
                  name, name);
}

Dataset read_set(const std::string& directory, const std::string& prefix, const MnistOptions& options) {
    const std::string images_name = prefix + "-images-idx3-ubyte";
    const std::string labels_name = prefix + "-labels-idx1-ubyte";
    const Tensor images = read_part(directory, images_name);
    const Tensor labels = read_part(directory, labels_name);
    const std::string images_path = directory + "/" + images_name;
    const std::string labels_path = directory + "/" + labels_name;
    if (images.rank() != 3 || images.dtype() != uint8 || images.shape()[1] != 28 || images.shape()[2] != 28)
        fail_at(images_path, {}, "holds {} of shape {}; expected uint8 images (n, 28, 28)", images.dtype(),
                images.shape());
    if (labels.rank() != 1 || labels.dtype() != uint8 || labels.shape()[0] != images.shape()[0])
        fail_at(labels_path, {}, "holds {} of shape {}; expected one uint8 label for each of {} images",
                labels.dtype(), labels.shape(), images.shape()[0]);
    const std::span<const uint8_t> classes = labels.data<uint8_t>();
    if (const auto bad = std::find_if(classes.begin(), classes.end(), [](uint8_t c) { return c > 9; });
        bad != classes.end())
        fail_at(labels_path, {}, "label {} is {}; there are the classes 0 to 9", bad - classes.begin(), *bad);
    const Tensor x = images.view({images.shape()[0], 28, 28, 1});
    return with_pixels(x, convert(labels, int64), options.dtype);
}

}  // namespace

Split mnist(const std::string& directory, const MnistOptions& options) {
    require_pixel_dtype(options.dtype, "mnist");
    return {read_set(directory, "train", options), read_set(directory, "t10k", options)};
}

Split fashion_mnist(const std::string& directory, const MnistOptions& options) {
    return mnist(directory, options);
}

}  // namespace keratin::datasets
