#include "io/picture.hpp"

#include <keratin/core/error.hpp>

#include <algorithm>
#include <csetjmp>
#include <cstddef>
#include <cstdio>

#include <jpeglib.h>

#include <jerror.h>

namespace keratin::io {
namespace {

// A scan of a progressive picture goes over all its blocks, and may take no more than a few bytes. Encoders
// write about ten; more are an attack on the reader's time, unless the picture is small.
constexpr uint64_t usual_scans = 32;
constexpr uint64_t most_scans = 500;
constexpr uint64_t most_visits = uint64_t{1} << 24;  ///< of blocks, by more than the usual scans

uint64_t allowed_scans(const jpeg_decompress_struct& info) {
    const uint64_t blocks = (uint64_t{info.image_width} + 7) / 8 * ((uint64_t{info.image_height} + 7) / 8) *
                            static_cast<uint64_t>(info.num_components);
    return std::clamp(most_visits / std::max(blocks, uint64_t{1}), usual_scans, most_scans);
}

/// libjpeg's way to fail: it must not return, and by default ends the process.
struct Failure {
    jpeg_error_mgr manager;  ///< first, so that libjpeg's pointer to it is one to the whole
    std::jmp_buf escape;
    char text[JMSG_LENGTH_MAX];
};

[[noreturn]] void escape(j_common_ptr info) {
    auto* const failure = reinterpret_cast<Failure*>(info->err);
    info->err->format_message(info, failure->text);
    std::longjmp(failure->escape, 1);
}

/// Of what libjpeg takes for a warning, missing data is an error here: it would be made up.
void heed_warning(j_common_ptr info, int level) {
    const int code = info->err->msg_code;
    if (level < 0 && (code == JWRN_JPEG_EOF || code == JWRN_HIT_MARKER)) escape(info);
}

void count_scans(j_common_ptr info) {
    if (!info->is_decompressor) return;
    const auto& decompress = *reinterpret_cast<j_decompress_ptr>(info);
    const uint64_t allowed = allowed_scans(decompress);
    if (static_cast<uint64_t>(decompress.input_scan_number) <= allowed) return;
    auto* const failure = reinterpret_cast<Failure*>(info->err);
    std::snprintf(failure->text, sizeof failure->text,
                  "it goes over its pixels more than %d times, which no encoder does",
                  static_cast<int>(allowed));
    std::longjmp(failure->escape, 1);
}

/// No object with a destructor lives in a function that libjpeg may jump out of.
class Decoder {
public:
    Decoder() {
        info_.err = jpeg_std_error(&failure_.manager);
        failure_.manager.error_exit = escape;
        failure_.manager.emit_message = heed_warning;
        progress_.progress_monitor = count_scans;
    }
    ~Decoder() { jpeg_destroy_decompress(&info_); }
    Decoder(const Decoder&) = delete;
    Decoder& operator=(const Decoder&) = delete;

    /// False when the header is damaged; why() tells.
    bool begin(const uint8_t* bytes, size_t count, int channels) {
        if (setjmp(failure_.escape)) return false;
        jpeg_create_decompress(&info_);
        info_.progress = &progress_;
        jpeg_mem_src(&info_, bytes, static_cast<unsigned long>(count));
        jpeg_read_header(&info_, TRUE);
        const bool gray = info_.jpeg_color_space == JCS_GRAYSCALE;
        const bool inks = info_.num_components == 4;
        info_.out_color_space = inks                                       ? JCS_CMYK
                                : channels == 1 || (gray && channels == 0) ? JCS_GRAYSCALE
                                                                           : JCS_RGB;
        info_.dct_method = JDCT_IFAST;  // TensorFlow's choice
        jpeg_calc_output_dimensions(&info_);
        return true;
    }
    /// Fills height * width * channels() bytes; false when the data is damaged.
    bool read(uint8_t* to) {
        if (setjmp(failure_.escape)) return false;
        jpeg_start_decompress(&info_);
        while (info_.output_scanline < info_.output_height) {
            JSAMPROW row = to + size_t{info_.output_scanline} * info_.output_width *
                                    static_cast<size_t>(info_.output_components);
            jpeg_read_scanlines(&info_, &row, 1);
        }
        jpeg_finish_decompress(&info_);
        return true;
    }

    int64_t height() const { return info_.output_height; }
    int64_t width() const { return info_.output_width; }
    int64_t channels() const { return info_.output_components; }
    bool inverted_inks() const { return info_.saw_Adobe_marker; }
    const char* why() const { return failure_.text; }

private:
    jpeg_decompress_struct info_{};
    jpeg_progress_mgr progress_{};
    Failure failure_{};
};

/// Cyan, magenta, yellow and black as colors; Adobe writes the inks' complements.
Tensor colors_of(const Tensor& inks, bool inverted) {
    Tensor result = Tensor::empty(inks.shape().with(2, 3), uint8);
    const std::span<const uint8_t> from = inks.data<uint8_t>();
    const std::span<uint8_t> to = result.mutable_data<uint8_t>();
    const auto light = [&](uint8_t ink) { return inverted ? ink : 255 - ink; };
    for (size_t pixel = 0; pixel < to.size() / 3; ++pixel)
        for (size_t c = 0; c < 3; ++c)
            to[3 * pixel + c] =
                static_cast<uint8_t>(light(from[4 * pixel + c]) * light(from[4 * pixel + 3]) / 255);
    return result;
}

}  // namespace

Tensor read_jpeg(const std::string& path, Bytes bytes, int channels) {
    Decoder decoder;
    const auto require = [&](bool ok) {
        if (!ok) fail_at(path, {}, "the JPEG is damaged: {}", decoder.why());
    };
    require(decoder.begin(bytes.data(), bytes.size(), channels));
    require_size(path, static_cast<uint64_t>(decoder.width()), static_cast<uint64_t>(decoder.height()));
    // A block of 64 samples takes a bit at least; told before libjpeg takes memory for all of them.
    if (static_cast<uint64_t>(decoder.width()) * static_cast<uint64_t>(decoder.height()) / (8 * 64) >
        bytes.size())
        fail_at(path, {}, "the JPEG is damaged: {} x {} pixels are announced, {} bytes cannot hold them",
                decoder.width(), decoder.height(), bytes.size());
    Tensor picture = Tensor::empty({decoder.height(), decoder.width(), decoder.channels()}, uint8);
    require(decoder.read(static_cast<uint8_t*>(picture.mutable_raw())));
    return decoder.channels() == 4 ? colors_of(picture, decoder.inverted_inks()) : picture;
}

}  // namespace keratin::io
