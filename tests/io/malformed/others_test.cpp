#include "support/catch.hpp"

#include "core/config_json.hpp"
#include "data/cifar_records.hpp"
#include "data/idx.hpp"
#include "io/picture.hpp"
#include "support/files.hpp"
#include "support/malformed.hpp"
#include "support/picture_files.hpp"

#include <zlib.h>

using namespace keratin;

namespace {

std::shared_ptr<const io::Source> source(const std::string& bytes) {
    return io::source_of("x", {bytes.begin(), bytes.end()});
}

const test::Loader load_idx = [](const std::string& bytes) { data::read_idx(*source(bytes), {}); };
const test::Loader load_picture = [](const std::string& bytes) { io::read_picture(*source(bytes), 0); };
const test::Loader load_config = [](const std::string& bytes) { config_from_json(bytes, "x"); };
const test::Loader load_cifar = [](const std::string& bytes) {
    datasets::CifarRecords records({2, 1, 100});
    records.add(*source(bytes));
    records.dataset(uint8);
};

const std::string idx = std::string("\0\0\x0C\2\0\0\0\2\0\0\0\3", 12) + std::string(24, 'x');

/// In a gzip member, which says that there is more than one byte for each of its own at most.
std::string gzipped(const std::string& text) {
    z_stream stream{};
    deflateInit2(&stream, 9, Z_DEFLATED, MAX_WBITS + 16, 9, Z_DEFAULT_STRATEGY);
    std::string packed(deflateBound(&stream, text.size()), '\0');
    stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(text.data()));
    stream.avail_in = static_cast<uInt>(text.size());
    stream.next_out = reinterpret_cast<Bytef*>(packed.data());
    stream.avail_out = static_cast<uInt>(packed.size());
    deflate(&stream, Z_FINISH);
    packed.resize(stream.total_out);
    deflateEnd(&stream);
    return packed;
}

std::string repeated(const std::string& text, int times) {
    std::string result;
    for (int i = 0; i < times; ++i) result += text;
    return result;
}

}  // namespace

TEST_CASE("IDX and CIFAR files changed at random are refused or read", "[io][data][malformed]") {
    CHECK(test::check_malformed(idx, load_idx).files >= 800);
    CHECK(test::check_malformed(gzipped(idx), load_idx).files >= 700);
    CHECK(test::check_malformed(std::string(3074, '\7'), load_cifar, {.bits_of = 4, .random = 100}).files >=
          3000);
}

TEST_CASE("Pictures changed at random are refused or read", "[io][image][malformed]") {
    size_t files = 0;
    for (const auto& file : golden::load("data.json").at("pictures")) {
        const std::string name = file.at("name");
        INFO(name);
        files += test::check_malformed(test::picture_bytes(name), load_picture,
                                       {.bits_of = 40, .random = 100, .ends_at = 256})
                     .files;
    }
    for (const char* text : {"P5 3 2 255\nabcdef", "P6 1 1 65535\nabcdef", "P2\n# gray\n2 1 9\n0 9"})
        files += test::check_malformed(text, load_picture, {.random = 200}).files;
    CHECK(files >= 4000);
}

TEST_CASE("Configs changed at random are refused or read", "[io][config][malformed]") {
    const std::string valid =
        R"({"module": "keras.layers", "class_name": "Dense", "config": {"units": 10, "rate": 1.5e-3, "axes": [1, -2],)"
        R"( "use_bias": true, "name": "d\u00e9\n", "kernel_regularizer": null}, "registered_name": null})";
    CHECK(test::check_malformed(valid, load_config, {.random = 1000}).files >= 2500);
}

TEST_CASE("Every trick with IDX files, pictures and configs is refused by name", "[io][data][malformed]") {
    SECTION("configs") {
        test::check_refused(R"({"a": NaN})", load_config,
                            "x: at byte 6: the text is not JSON, which has neither NaN nor Infinity");
        test::check_refused("[-Infinity]", load_config,
                            "the text is not JSON, which has neither NaN nor Infinity");
        test::check_refused("[1e999]", load_config, "x: at byte 6: the number 1e999 is beyond float64");
        test::check_refused(repeated("[", 100'000), load_config, "nested deeper than 64 levels");
        test::check_refused(repeated("{\"a\":", 100'000), load_config, "nested deeper than 64 levels");
        test::check_refused(R"({"a": 1, "a": 2})", load_config, "names \"a\" twice");
        test::check_refused("[" + repeated("0,", 3'000'000), load_config, "more than 500000 values");
        test::check_refused("[" + repeated("{},", 1'000'000), load_config, "more than 500000 values");
        test::check_refused("{" + repeated("\"a\":0,", 1'000'000), load_config, "more than 500000 values");
        test::check_refused("\"" + std::string(8'000'000, 'x'), load_config, "the text is not JSON");
        test::check_refused(std::string(1'000'000, '9') + "x", load_config, "the number 999");
    }
    SECTION("IDX files") {
        const std::string huge("\0\0\x08\1\x7F\xFF\xFF\xFF", 8);
        test::check_refused(huge, load_idx, "asks for more elements than the 0 bytes that can follow");
        test::check_refused(gzipped(huge), load_idx, "asks for more elements than the");
        // 500 KB that would unpack to 500 MB, and say 2 GB.
        const std::string packed = gzipped(huge + std::string(100'000'000, '\0'));
        std::string several;
        for (int i = 0; i < 25; ++i) several += packed;
        test::check_refused(several, load_idx, "ReadLimits::unpacked_bytes allows 1073741824");
        test::check_refused(
            gzipped(std::string("\0\0\x09\1\0\1\0\0", 8) + std::string(100'000, 'x')), load_idx,
            "x: unpacked: at byte 65544: 65536 bytes of elements are announced; the file is too long");
    }
    SECTION("pictures that say they are huge") {
        std::string png = test::picture_bytes("rgb.png");
        png.replace(16, 8, std::string("\0\0\x27\x10\0\0\x27\x10", 8));  // 10000 x 10000
        const auto crc = crc32(0, reinterpret_cast<const Bytef*>(&png[12]), 17);
        for (size_t i = 0; i < 4; ++i) png[29 + i] = static_cast<char>(crc >> (24 - 8 * i));
        test::check_refused(png, load_picture, "bytes cannot hold them");
        std::string jpeg = test::picture_bytes("rgb.jpg");
        const size_t frame = jpeg.find("\xFF\xC0");
        REQUIRE(frame != jpeg.npos);
        jpeg.replace(frame + 5, 4, "\x27\x10\x27\x10");
        test::check_refused(jpeg, load_picture, "bytes cannot hold them");
        test::check_refused("P6 10000 10000 255\n", load_picture, "300000000 samples are announced");
    }
}
