#include <keratin/io/image.hpp>

#include "io/file.hpp"
#include "io/picture.hpp"
#include "io/unpacking.hpp"

#include <png.h>

#include <algorithm>
#include <cctype>
#include <charconv>
#include <cstring>
#include <vector>

namespace keratin::io {
namespace {

constexpr uint64_t largest_picture = 100'000'000;  ///< pixels
constexpr uint64_t largest_file = 1'000'000'000;   ///< bytes

std::vector<uint8_t> whole(const Source& file) {
    if (file.size() > largest_file)
        fail_at(file.name(), {}, "{} bytes are more than the {} of any picture read here", file.size(),
                largest_file);
    std::vector<uint8_t> bytes(static_cast<size_t>(file.size()));
    file.read(0, bytes.data(), bytes.size());
    return bytes;
}

/// channels 0: 1 or 3, over black where transparent. Otherwise all that there are, for with_channels().
Tensor read_png(const std::string& path, const std::vector<uint8_t>& bytes, int channels) {
    png_image image{};
    image.version = PNG_IMAGE_VERSION;
    const auto check = [&](int ok) {
        if (ok) return;
        const std::string why = image.message;
        png_image_free(&image);
        fail_at(path, {}, "the PNG is damaged: {}", why);
    };
    check(png_image_begin_read_from_memory(&image, bytes.data(), bytes.size()));
    const png_uint_32 kept = PNG_FORMAT_FLAG_COLOR | (channels ? PNG_FORMAT_FLAG_ALPHA : 0u);
    if (channels) image.flags |= PNG_IMAGE_FLAG_16BIT_sRGB;  // samples of 16 bits are as those of 8
    image.format &= kept;
    Tensor result;
    try {
        require_size(path, image.width, image.height);
        // Deflating gains so much at most; told before the memory is taken.
        const uint64_t samples = uint64_t{image.width} * image.height;
        if (samples / (8 * most_deflate_gain) > bytes.size())
            fail_at(path, {}, "the PNG is damaged: {} pixels are announced, {} bytes cannot hold them",
                    samples, bytes.size());
        result = Tensor::empty({image.height, image.width, PNG_IMAGE_SAMPLE_CHANNELS(image.format)}, uint8);
    } catch (...) {
        png_image_free(&image);
        throw;
    }
    const png_color black{0, 0, 0};  // what shows through transparent pixels
    check(png_image_finish_read(&image, &black, result.mutable_raw(), 0, nullptr));
    return result;
}

/// The header of a PGM or PPM: numbers between white space and comments.
class NetpbmReader {
public:
    NetpbmReader(const std::string& path, const std::vector<uint8_t>& bytes) : path_(path), bytes_(bytes) {}

    Tensor read() {
        const char kind = static_cast<char>(bytes_[1]);
        at_ = 2;
        const uint64_t channels = kind == '3' || kind == '6' ? 3 : 1;
        const uint64_t width = number("width");
        const uint64_t height = number("height");
        const uint64_t maximum = number("maximum");
        require_size(path_, width, height);
        if (maximum < 1 || maximum > 65535)
            fail_at(path_, at_, "the maximum is {}, it must be 1 to 65535", maximum);
        const uint64_t samples = width * height * channels;
        const bool text = kind == '2' || kind == '3';
        const uint64_t sample_bytes = maximum > 255 ? 2 : 1;
        if (!text) ++at_;  // one white space ends the header
        if (!text && (at_ > bytes_.size() || (bytes_.size() - at_) / sample_bytes < samples))
            fail_at(path_, at_, "{} samples are announced, the file ends before", samples);
        if (text && bytes_.size() - at_ < samples)
            fail_at(path_, at_, "{} samples are announced, {} bytes follow", samples, bytes_.size() - at_);
        Tensor result = Tensor::empty(
            {static_cast<int64_t>(height), static_cast<int64_t>(width), static_cast<int64_t>(channels)},
            uint8);
        for (uint8_t& sample : result.mutable_data<uint8_t>()) {
            uint64_t value = text ? number("sample") : bytes_[at_++];
            if (!text && sample_bytes == 2) value = value << 8 | bytes_[at_++];
            if (value > maximum)
                fail_at(path_, at_, "a sample of {} is above the maximum {}", value, maximum);
            sample = static_cast<uint8_t>((value * 255 + maximum / 2) / maximum);
        }
        return result;
    }

private:
    uint64_t number(const char* what) {
        while (at_ < bytes_.size() && (std::isspace(bytes_[at_]) || bytes_[at_] == '#')) {
            if (bytes_[at_] == '#')
                while (at_ < bytes_.size() && bytes_[at_] != '\n') ++at_;
            else
                ++at_;
        }
        const char* begin = reinterpret_cast<const char*>(bytes_.data()) + at_;
        const char* end = reinterpret_cast<const char*>(bytes_.data()) + bytes_.size();
        uint64_t value = 0;
        const auto [stop, error] = std::from_chars(begin, end, value);
        if (error != std::errc()) fail_at(path_, at_, "expected the {} of the picture, a whole number", what);
        at_ += static_cast<size_t>(stop - begin);
        return value;
    }

    const std::string& path_;
    const std::vector<uint8_t>& bytes_;
    size_t at_ = 0;
};

bool begins_with(const std::vector<uint8_t>& bytes, std::string_view word) {
    return bytes.size() >= word.size() &&
           std::equal(word.begin(), word.end(), bytes.begin(),
                      [](char a, uint8_t b) { return static_cast<uint8_t>(a) == b; });
}

Tensor read_any(const std::string& path, const std::vector<uint8_t>& bytes, int channels) {
    if (bytes.size() >= 8 && png_sig_cmp(bytes.data(), 0, 8) == 0) return read_png(path, bytes, channels);
    if (begins_with(bytes, "\xFF\xD8\xFF")) return read_jpeg(path, bytes, channels);
    if (begins_with(bytes, "BM")) return read_bmp(path, bytes);
    for (const std::string_view netpbm : {"P2", "P3", "P5", "P6"})
        if (begins_with(bytes, netpbm)) return NetpbmReader(path, bytes).read();
    if (begins_with(bytes, "GIF8")) fail_at(path, {}, "is a GIF, which is not read; convert it to PNG");
    fail_at(path, {}, "is no picture that is read: PNG, JPEG, BMP, PGM or PPM");
}

}  // namespace

void require_size(const std::string& path, uint64_t width, uint64_t height) {
    if (width == 0 || height == 0 || width > largest_picture || height > largest_picture / width)
        fail_at(path, {}, "a picture of {} x {} pixels; between 1 and {} are read", width, height,
                largest_picture);
}

Tensor with_channels(const Tensor& picture, int channels) {
    const auto had = static_cast<size_t>(picture.shape()[2]);
    const auto wanted = static_cast<size_t>(channels);
    if (had == wanted) return picture;
    Tensor result = Tensor::empty(picture.shape().with(2, channels), uint8);
    const uint8_t* from = picture.data<uint8_t>().data();
    uint8_t* to = result.mutable_data<uint8_t>().data();
    for (int64_t pixel = picture.shape()[0] * picture.shape()[1]; pixel > 0;
         --pixel, from += had, to += wanted) {
        const bool gray = had < 3 || (from[0] == from[1] && from[1] == from[2]);
        // libpng's luminance, with the weights that TensorFlow gives it: 0.299, 0.587 and the rest, cut off.
        if (wanted == 1)
            to[0] = gray ? from[0]
                         : static_cast<uint8_t>((9797 * from[0] + 19234 * from[1] + 3737 * from[2]) >> 15);
        else
            for (size_t c = 0; c < 3; ++c) to[c] = had < 3 ? from[0] : from[c];
        if (wanted == 4) to[3] = had == 2 || had == 4 ? from[had - 1] : 255;
    }
    return result;
}

Tensor read_image(const std::string& path, const ReadImageOptions& options) {
    const int channels = options.channels;
    if (channels != 0 && channels != 1 && channels != 3 && channels != 4)
        fail<ValueError>("read_image: channels is {}; use 0 for those of the file, 1, 3 or 4", channels);
    return read_picture(InputFile(path), channels);
}

Tensor read_picture(const Source& file, int channels) {
    const Tensor picture = read_any(file.name(), whole(file), channels);
    return with_channels(picture, channels ? channels : picture.shape()[2] == 1 ? 1 : 3);
}

void write_png(const std::string& path, const Tensor& picture) {
    const Shape& shape = picture.shape();
    const int64_t channels = shape.rank() == 3 ? shape[2] : 1;
    if (picture.dtype() != uint8 || (shape.rank() != 2 && shape.rank() != 3) ||
        (channels != 1 && channels != 3 && channels != 4))
        fail<ShapeError>(
            "write_png: got {} of shape {}; expected uint8 (height, width) or (height, width, 1, 3 or 4)",
            picture.dtype(), shape);
    if (shape[0] < 1 || shape[1] < 1 || shape[0] > 65535 || shape[1] > 65535)
        fail<ShapeError>("write_png: a picture of shape {}; the sides must be 1 to 65535", shape);
    png_image image{};
    image.version = PNG_IMAGE_VERSION;
    image.width = static_cast<png_uint_32>(shape[1]);
    image.height = static_cast<png_uint_32>(shape[0]);
    image.format = channels == 4 ? PNG_FORMAT_RGBA : channels == 3 ? PNG_FORMAT_RGB : PNG_FORMAT_GRAY;
    png_alloc_size_t bytes = PNG_IMAGE_PNG_SIZE_MAX(image);
    std::vector<uint8_t> encoded(bytes);
    if (!png_image_write_to_memory(&image, encoded.data(), &bytes, 0, picture.raw(), 0, nullptr)) {
        const std::string why = image.message;
        png_image_free(&image);
        fail<IoError>("{}: cannot be encoded as PNG: {}", path, why);
    }
    AtomicFile file(path);
    file.write(encoded.data(), bytes);
    file.commit();
}

}  // namespace keratin::io
