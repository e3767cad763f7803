#include "support/catch.hpp"

#include "support/files.hpp"

#include <keratin/data/idx.hpp>
#include <keratin/data/mnist.hpp>

#include <zlib.h>

using namespace keratin;

namespace {

std::string header(uint8_t code, std::initializer_list<uint32_t> extents) {
    std::string bytes = {0, 0, static_cast<char>(code), static_cast<char>(extents.size())};
    for (const uint32_t extent : extents)
        for (int shift = 24; shift >= 0; shift -= 8) bytes += static_cast<char>(extent >> shift);
    return bytes;
}

std::string gzipped(const std::string& content) {
    const test::TemporaryDirectory directory;
    const std::string path = directory.file("x.gz");
    gzFile file = gzopen(path.c_str(), "wb");
    gzwrite(file, content.data(), static_cast<unsigned>(content.size()));
    gzclose(file);
    return test::read_file(path);
}

}  // namespace

TEST_CASE("IDX files hold bytes, integers and floats, most significant byte first", "[data][idx]") {
    const test::TemporaryDirectory directory;
    const std::string path = directory.file("x");
    SECTION("bytes") {
        test::write_file(path, header(0x08, {2, 2}) + std::string("\x01\x02\xFE\xFF", 4));
        const Tensor x = data::read_idx(path);
        CHECK(x.dtype() == uint8);
        CHECK(x.shape() == Shape{2, 2});
        CHECK(x.data<uint8_t>()[2] == 254);
    }
    SECTION("signed and short integers become int32") {
        test::write_file(path, header(0x09, {1}) + std::string("\xFF", 1));
        CHECK(data::read_idx(path).data<int32_t>()[0] == -1);
        test::write_file(path, header(0x0B, {1}) + std::string("\xFF\x00", 2));
        CHECK(data::read_idx(path).data<int32_t>()[0] == -256);
    }
    SECTION("int32, float32 and float64") {
        test::write_file(path, header(0x0C, {1}) + std::string("\x00\x00\x01\x02", 4));
        CHECK(data::read_idx(path).data<int32_t>()[0] == 258);
        test::write_file(path, header(0x0D, {1}) + std::string("\x3F\xC0\x00\x00", 4));
        CHECK(data::read_idx(path).data<float>()[0] == 1.5f);
        test::write_file(path, header(0x0E, {1}) + std::string("\xBF\xF8\x00\x00\x00\x00\x00\x00", 8));
        CHECK(data::read_idx(path).data<double>()[0] == -1.5);
    }
    SECTION("gzipped") {
        test::write_file(path, gzipped(header(0x08, {3}) + "abc"));
        CHECK(data::read_idx(path).data<uint8_t>()[2] == 'c');
    }
    SECTION("empty axes") {
        test::write_file(path, header(0x08, {0, 5}));
        CHECK(data::read_idx(path).shape() == Shape{0, 5});
        test::write_file(path, header(0x08, {28, 0, 28}));
        CHECK(data::read_idx(path).shape() == Shape{28, 0, 28});
    }
}

TEST_CASE("Damaged IDX files are refused with offset and reason", "[data][idx][errors][malformed]") {
    const test::TemporaryDirectory directory;
    const std::string path = directory.file("x");
    const auto refused = [&](const std::string& content, const std::string& reason) {
        test::write_file(path, content);
        CHECK_THROWS_MATCHES(data::read_idx(path), FormatError, Message(path + ": " + reason));
    };
    refused("", "0 bytes are too few for an IDX header of 4");
    refused(std::string("\x01\x00\x08\x01", 4),
            "at byte 0: an IDX file starts with two zeros, this one with 0x01 0x00");
    refused(header(0x07, {1}) + "a", "at byte 2: IDX has no element type 0x07");
    refused(std::string("\x00\x00\x08\x09", 4), "at byte 3: rank 9 is more than keratin's 8");
    refused(header(0x08, {2, 2}).substr(0, 9), "9 bytes are too few for the 2 extents of the header");
    refused(header(0x08, {4}) + "abc",
            "at byte 4: extent 4 asks for more elements than the 3 bytes that can follow");
    refused(header(0x0C, {2}) + "abc",
            "at byte 4: extent 2 asks for more elements than the 3 bytes that can follow");
    refused(header(0x08, {2}) + "abc", "at byte 10: 2 bytes of elements are announced; the file is too long");
    refused(gzipped(header(0x08, {2}) + "a"),
            "unpacked: at byte 9: 2 bytes of elements are announced, 1 follow; the file is cut off");
    refused(gzipped(header(0x08, {2}) + "ab") + "cc",
            "at byte 32: the packed data is damaged, after 10 unpacked bytes: incorrect header check");
    refused(header(0x08, {0xFFFFFFFF, 0xFFFFFFFF, 0xFFFFFFFF}) + "abc",
            "at byte 4: extent 4294967295 asks for more elements than the 3 bytes that can follow");
    refused(
        header(0x08, {0, 0xFFFFFFFF, 0xFFFFFFFF}),
        fmt::format("at byte 12: extent 4294967295 asks for more elements than the {} bytes that can follow",
                    uint64_t{1} << 56));
    const std::string packed = gzipped(header(0x08, {1000}) + std::string(1000, 'x'));
    test::write_file(path, packed.substr(0, packed.size() / 2));
    CHECK_THROWS_AS(data::read_idx(path), FormatError);
    CHECK_THROWS_AS(data::read_idx(directory.file("missing")), IoError);
}

TEST_CASE("Every truncation of an IDX file is refused", "[data][idx][errors][malformed]") {
    const test::TemporaryDirectory directory;
    const std::string path = directory.file("x");
    const std::string plain = header(0x08, {3, 4}) + std::string(12, 'x');
    const std::string packed = gzipped(plain);
    for (const std::string& whole : {plain, packed})
        for (size_t length = 0; length < whole.size(); ++length) {
            INFO(length << " of " << whole.size());
            test::write_file(path, whole.substr(0, length));
            CHECK_THROWS_AS(data::read_idx(path), FormatError);
        }
}

TEST_CASE("MNIST comes as floats between 0 and 1, or as bytes", "[data][mnist]") {
    const std::string directory = std::string(KERATIN_SOURCE_DIR) + "/apps/lenet5/data";
    const datasets::Split bytes = datasets::mnist(directory, {.dtype = uint8});
    CHECK(bytes.train.x.shape() == Shape{60000, 28, 28, 1});
    CHECK(bytes.test.x.shape() == Shape{10000, 28, 28, 1});
    CHECK(bytes.train.y.dtype() == int64);
    CHECK(bytes.train.scale == 1.0 / 255);
    // The first labels, as the data set's page shows them.
    const std::vector<int64_t> first(bytes.train.y.data<int64_t>().begin(),
                                     bytes.train.y.data<int64_t>().begin() + 5);
    CHECK(first == std::vector<int64_t>{5, 0, 4, 1, 9});
    const datasets::Split floats = datasets::mnist(directory);
    CHECK(floats.test.x.dtype() == float32);
    CHECK(floats.test.scale == 1.0);
    for (size_t i = 0; i < 28 * 28; ++i)
        CHECK(floats.test.x.data<float>()[i] == static_cast<float>(bytes.test.x.data<uint8_t>()[i]) / 255.0f);
}

TEST_CASE("MNIST names the files that it looked for", "[data][mnist][errors]") {
    const test::TemporaryDirectory directory;
    CHECK_THROWS_MATCHES(
        datasets::mnist(directory.path()), IoError,
        Message(directory.path() + ": neither train-images-idx3-ubyte nor train-images-idx3-ubyte.gz is "
                                   "there; give the directory of the four IDX files"));
    CHECK_THROWS_MATCHES(datasets::mnist(directory.path(), {.dtype = int32}), DTypeError,
                         Message("mnist: the images come as float32 or uint8, not int32"));
    test::write_file(directory.file("train-images-idx3-ubyte"), header(0x08, {1, 2, 2}) + "abcd");
    test::write_file(directory.file("train-labels-idx1-ubyte"), header(0x08, {1}) + "\x05");
    CHECK_THROWS_AS(datasets::fashion_mnist(directory.path()), FormatError);
    test::write_file(directory.file("train-images-idx3-ubyte"),
                     header(0x08, {1, 28, 28}) + std::string(784, 'x'));
    test::write_file(directory.file("train-labels-idx1-ubyte"), header(0x08, {1}) + "\x0B");
    CHECK_THROWS_AS(datasets::mnist(directory.path()), FormatError);
}
