#include "support/catch.hpp"

#include "support/files.hpp"
#include "support/golden_tensor.hpp"
#include "support/picture_files.hpp"

#include <keratin/io/image.hpp>

#include <algorithm>
#include <cstdlib>

using namespace keratin;

namespace {

/// The largest difference between two pictures; huge when their shapes differ.
int difference(const Tensor& got, const Tensor& expected) {
    if (got.shape() != expected.shape() || got.dtype() != uint8) return 1000;
    int most = 0;
    for (size_t i = 0; i < got.data<uint8_t>().size(); ++i)
        most = std::max(most, std::abs(int{got.data<uint8_t>()[i]} - int{expected.data<uint8_t>()[i]}));
    return most;
}

}  // namespace

TEST_CASE("Pictures are decoded as TensorFlow decodes them", "[data][io][image]") {
    const test::TemporaryDirectory directory;
    for (const auto& file : golden::load("data.json").at("pictures")) {
        const std::string name = file.at("name");
        const std::string path = directory.file(name);
        test::write_file(path, test::picture_bytes(name));
        for (const auto& decoded : file.at("decoded")) {
            const int channels = decoded.at("channels");
            INFO(name << " " << channels);
            // TensorFlow cuts 16 bits off to 8, libpng rounds them.
            const int tolerance = name == "rgb16.png" ? 1 : 0;
            CHECK(difference(io::read_image(path, {.channels = channels}),
                             golden::tensor(decoded.at("picture"))) <= tolerance);
        }
    }
}

TEST_CASE("A picture keeps the channels of its file unless told otherwise", "[data][io][image]") {
    const test::TemporaryDirectory directory;
    const auto channels = [&](const std::string& name, int wanted) {
        const std::string path = directory.file(name);
        test::write_file(path, test::picture_bytes(name));
        return io::read_image(path, {.channels = wanted}).shape()[2];
    };
    for (const auto& file : golden::load("data.json").at("pictures")) {
        const std::string name = file.at("name");
        INFO(name);
        CHECK(channels(name, 0) == (name.starts_with("gray") ? 1 : 3));
        for (const int wanted : {1, 3, 4}) CHECK(channels(name, wanted) == wanted);
    }
    CHECK_THROWS_MATCHES(io::read_image("x", {.channels = 2}), ValueError,
                         Message("read_image: channels is 2; use 0 for those of the file, 1, 3 or 4"));
}

namespace {

/// A gray progressive JPEG of 2896 x 2896 pixels, 131044 blocks, with so many scans of 24 bytes each, which
/// say that no block has anything more.
std::string of_scans(int count) {
    const auto segment = [](char marker, const std::string& content) {
        const size_t bytes = content.size() + 2;
        return std::string{'\xFF', marker, static_cast<char>(bytes >> 8), static_cast<char>(bytes)} + content;
    };
    const auto code_of_one_bit = [&](char table, char symbol) {  // all that is said
        return segment('\xC4', table + std::string("\1", 1) + std::string(15, '\0') + symbol);
    };
    const std::string runs("\x2A\xAA\x55\x54\xAA\xA9\x55\x52\xAA\xA5\x55\x7F", 12);  // 6 of 21845 blocks
    std::string file = "\xFF\xD8" + segment('\xDB', std::string(1, '\0') + std::string(64, '\1')) +
                       segment('\xC2', std::string("\x08\x0B\x50\x0B\x50\1\1\x11\0", 9)) +
                       code_of_one_bit('\0', '\0') + code_of_one_bit('\x10', '\xE0') +
                       segment('\xDA', std::string("\1\1\0\0\0\0", 6)) + std::string(16'381, '\0');
    for (int i = 1; i < count; ++i) file += segment('\xDA', std::string("\1\1\0\1\x3F\0", 6)) + runs;
    return file + "\xFF\xD9";
}

}  // namespace

TEST_CASE("A JPEG may have many scans, but not any number of a large picture",
          "[data][io][image][errors][malformed]") {
    const test::TemporaryDirectory directory;
    const std::string path = directory.file("x.jpg");
    test::write_file(path, of_scans(120));
    const Tensor gray = io::read_image(path);
    CHECK(gray.shape() == Shape{2896, 2896, 1});
    CHECK(std::ranges::all_of(gray.data<uint8_t>(), [](uint8_t pixel) { return pixel == 128; }));
    test::write_file(path, of_scans(140));
    CHECK_THROWS_MATCHES(io::read_image(path), FormatError,
                         Message(path + ": the JPEG is damaged: it goes over its pixels more than 128 times, "
                                        "which no encoder does"));
}

TEST_CASE("Damaged JPEG and BMP pictures are refused", "[data][io][image][errors][malformed]") {
    const test::TemporaryDirectory directory;
    const std::string path = directory.file("x");
    const auto refused = [&](const std::string& content) {
        test::write_file(path, content);
        CHECK_THROWS_AS(io::read_image(path), FormatError);
    };
    int pictures = 0, errors = 0;
    for (const std::string name : {"rgb.jpg", "progressive.jpg", "rgb.bmp", "gray.bmp", "rgba.bmp"}) {
        const std::string whole = test::picture_bytes(name);
        INFO(name);
        for (size_t length = 0; length < whole.size(); length += length < 64 ? 1 : 7)
            refused(whole.substr(0, length));
        // Every byte changed: an error or a picture, nothing else.
        for (size_t at = 0; at < std::min<size_t>(whole.size(), 400); ++at) {
            std::string changed = whole;
            changed[at] = static_cast<char>(changed[at] ^ 0xFF);
            test::write_file(path, changed);
            try {
                pictures += io::read_image(path).size() > 0;
            } catch (const FormatError&) {
                ++errors;
            }
        }
    }
    CHECK(pictures > 200);
    CHECK(errors > 200);
    const auto with = [](std::string bmp, size_t at, const std::string& bytes) {
        return bmp.replace(at, bytes.size(), bytes);
    };
    const std::string bmp = test::picture_bytes("rgb.bmp");
    refused(with(bmp, 18, std::string("\0\0\0\x40\0\0\0\x40", 8)));  // 2^30 pixels a side
    refused(with(bmp, 18, std::string(4, '\0')));                    // no width
    refused(with(bmp, 22, std::string("\0\0\0\x80", 4)));            // the height that has no absolute value
    refused(with(bmp, 28, std::string("\x04\0", 2)));                // four bits
    refused(with(bmp, 30, std::string("\x01", 1)));                  // compressed
    refused(with(bmp, 10, std::string("\xFF\xFF\xFF\x7F", 4)));      // pixels far behind the end
    test::write_file(path, "GIF89a, and more");
    CHECK_THROWS_MATCHES(io::read_image(path), FormatError,
                         Message(path + ": is a GIF, which is not read; convert it to PNG"));
    test::write_file(path, test::picture_bytes("rgb.jpg").substr(0, 500));
    CHECK_THROWS_MATCHES(io::read_image(path), FormatError,
                         Message(path + ": the JPEG is damaged: Premature end of JPEG file"));
}
