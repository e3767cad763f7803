#include <keratin/data/image_utils.hpp>

#include "layers/images.hpp"

#include <keratin/core/error.hpp>
#include <keratin/io/image.hpp>
#include <keratin/ops/elementwise.hpp>
#include <keratin/ops/reduce.hpp>
#include <keratin/ops/shaping.hpp>

#include <algorithm>
#include <cctype>
#include <filesystem>

namespace keratin::utils {
namespace {

Tensor resized(const Tensor& picture, const LoadImgOptions& options) {
    const Size2 size = *options.target_size;
    if (size.height < 1 || size.width < 1)
        fail<ValueError>("load_img: target_size is ({}, {}); its sides must be at least 1", size.height,
                         size.width);
    const Shape& shape = picture.shape();
    if (shape[0] == size.height && shape[1] == size.width) return picture;
    Tensor x = expand_dims(cast(picture, float32), 0);
    if (options.keep_aspect_ratio)
        x = layers::crop(x, layers::box_of_aspect(shape[0], shape[1], size.height, size.width));
    return squeeze(cast(round(nn::resize(x, size, options.interpolation)), uint8), 0);
}

/// "png" of "dir/a.PNG".
std::string format_of(const std::string& path) {
    const std::string extension = std::filesystem::path(path).extension().string();
    return extension.empty() ? "" : extension.substr(1);
}

}  // namespace

int channels_of(ColorMode mode) {
    return mode.is("rgb") ? 3 : mode.is("rgba") ? 4 : 1;
}

Tensor load_img(const std::string& path, const LoadImgOptions& options) {
    const Tensor picture = io::read_image(path, {.channels = channels_of(options.color_mode)});
    return options.target_size ? resized(picture, options) : picture;
}

Tensor img_to_array(const Tensor& img, DType dtype) {
    if (img.rank() != 2 && img.rank() != 3)
        fail<ShapeError>(
            "img_to_array: got an image of shape {}; expected (height, width) or (height, width, channels)",
            img.shape());
    return cast(img.rank() == 2 ? expand_dims(img, 2) : img, dtype);
}

Tensor array_to_img(const Tensor& given, const ArrayToImgOptions& options) {
    const Shape& shape = given.shape();
    if (shape.rank() != 3 || shape.size() == 0 || (shape[2] != 1 && shape[2] != 3 && shape[2] != 4))
        fail<ShapeError>("array_to_img: got an array of shape {}; expected (height, width, 1, 3 or 4)",
                         shape);
    if (options.dtype != float32 && options.dtype != float64)
        fail<ValueError>("array_to_img: dtype is {}; use float32 or float64", options.dtype);
    Tensor x = cast(given, options.dtype);
    if (!reduce_all(is_finite(x)).item<bool>())
        fail<ValueError>("array_to_img: the array has numbers that are not finite");
    if (options.scale) {
        x = x - reduce_min(x);
        const Tensor greatest = reduce_max(x);
        if (greatest.item<double>() != 0) x = x / greatest;
        x = x * 255;
    }
    // Only a range that overflows its dtype is still out of bounds when scaled.
    const double least = reduce_min(x).item<double>(), most = reduce_max(x).item<double>();
    if (!(least >= 0 && most <= 255))
        fail<ValueError>("array_to_img: the numbers are {} to {}; bring them to 0 to 255, or let it scale",
                         least, most);
    return cast(x, uint8);
}

void save_img(const std::string& path, const Tensor& x, const SaveImgOptions& options) {
    const std::string format = options.file_format.empty() ? format_of(path) : options.file_format;
    std::string lower = format;
    std::transform(lower.begin(), lower.end(), lower.begin(),
                   [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
    if (lower != "png")
        fail<ValueError>("save_img: {} would be of format \"{}\"; only \"png\" is written", path, format);
    io::write_png(path, array_to_img(x, {.scale = options.scale}));
}

}  // namespace keratin::utils
