#include "io/picture.hpp"

#include <keratin/core/error.hpp>

#include "io/bytes.hpp"

#include <algorithm>
#include <array>
#include <cstdlib>

namespace keratin::io {
namespace {

constexpr size_t file_header = 14;
constexpr size_t info_header = 40;  ///< the shortest with what is needed; later versions are longer

class BmpReader {
public:
    BmpReader(const std::string& path, Bytes bytes) : path_(path), bytes_(bytes) {}

    Tensor read() {
        read_header();
        if (bits_ == 8) read_palette();
        const uint64_t pixel_bytes = bits_ / 8;
        const uint64_t row_bytes = (width_ * pixel_bytes + 3) / 4 * 4;  // rows end at multiples of four
        if (first_ > bytes_.size() || (bytes_.size() - first_) / row_bytes < height_)
            fail_at(path_, first_,
                    "the BMP is damaged: {} rows of {} bytes are announced, the file ends before", height_,
                    row_bytes);
        const size_t channels = bits_ == 8 ? (gray_ ? 1 : 3) : pixel_bytes;
        Tensor result = Tensor::empty(
            {static_cast<int64_t>(height_), static_cast<int64_t>(width_), static_cast<int64_t>(channels)},
            uint8);
        uint8_t* to = result.mutable_data<uint8_t>().data();
        for (uint64_t row = 0; row < height_; ++row) {
            const uint8_t* from = &bytes_[first_ + (bottom_up_ ? height_ - 1 - row : row) * row_bytes];
            for (uint64_t column = 0; column < width_; ++column, from += pixel_bytes, to += channels)
                read_pixel(from, to, channels);
        }
        return result;
    }

private:
    uint32_t number(size_t at, size_t width) const {
        return static_cast<uint32_t>(little_endian(&bytes_[at], width));
    }
    void read_header() {
        if (bytes_.size() < file_header + info_header)
            fail_at(path_, {}, "the BMP is damaged: {} bytes are too few for its header", bytes_.size());
        first_ = number(10, 4);
        info_size_ = number(14, 4);
        const int64_t height = static_cast<int32_t>(number(22, 4));
        width_ = number(18, 4);
        height_ = static_cast<uint64_t>(std::abs(height));
        bottom_up_ = height > 0;
        bits_ = number(28, 2);
        const uint32_t compression = number(30, 4);
        const bool masks = compression == 3 && bits_ == 32;  // such as every writer of alpha gives
        if (info_size_ < info_header || (bits_ != 8 && bits_ != 24 && bits_ != 32) ||
            (compression != 0 && !masks))
            fail_at(
                path_, 28,
                "a BMP of {} bits with compression {} and a header of {} bytes; uncompressed ones of 8, 24 "
                "and 32 bits are read",
                bits_, compression, info_size_);
        if (masks) require_usual_masks();
        require_size(path_, width_, height_);
    }
    void require_usual_masks() const {
        constexpr size_t masks = file_header + info_header;
        if (bytes_.size() < masks + 12 || number(masks, 4) != 0xFF0000 || number(masks + 4, 4) != 0xFF00 ||
            number(masks + 8, 4) != 0xFF)
            fail_at(path_, masks, "a BMP with masks of its own; only blue, green, red, alpha are read");
    }
    void read_palette() {
        const size_t begin = file_header + info_size_;
        const uint32_t said = number(46, 4);
        const size_t colors = said == 0 ? 256 : said;
        if (colors > 256 || begin > bytes_.size() || (bytes_.size() - begin) / 4 < colors)
            fail_at(path_, begin, "the BMP is damaged: a palette of {} colors does not fit", colors);
        for (size_t i = 0; i < colors; ++i) {
            std::copy_n(&bytes_[begin + 4 * i], 3, palette_[i].begin());
            gray_ = gray_ && palette_[i][0] == palette_[i][1] && palette_[i][1] == palette_[i][2];
        }
    }
    void read_pixel(const uint8_t* from, uint8_t* to, size_t channels) const {
        const uint8_t* blue = bits_ == 8 ? palette_[*from].data() : from;
        if (channels == 1) {
            *to = *blue;
            return;
        }
        for (size_t c = 0; c < 3; ++c) to[c] = blue[2 - c];
        if (channels == 4) to[3] = from[3];
    }

    const std::string& path_;
    const Bytes bytes_;
    uint64_t first_ = 0;  ///< byte of the first row
    size_t info_size_ = 0;
    uint64_t width_ = 0;
    uint64_t height_ = 0;
    uint32_t bits_ = 0;
    bool bottom_up_ = true;
    bool gray_ = true;  ///< all of the palette
    std::array<std::array<uint8_t, 3>, 256> palette_{};
};

}  // namespace

Tensor read_bmp(const std::string& path, Bytes bytes) {
    return BmpReader(path, bytes).read();
}

}  // namespace keratin::io
