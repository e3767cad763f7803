#include "support/catch.hpp"

#include "support/files.hpp"
#include "support/numbers.hpp"

#include <keratin/data/cifar.hpp>

#include <filesystem>

using namespace keratin;

namespace {

/// An image whose red is `value`, its green 1 above and its blue 2, but for the first pixel of the second
/// row.
std::string pixels(int value) {
    std::string bytes;
    for (int color = 0; color < 3; ++color) bytes += std::string(1024, static_cast<char>(value + color));
    bytes[32] = static_cast<char>(200);
    return bytes;
}

/// Both sets, with an image or two in each file.
struct SmallCifar {
    test::TemporaryDirectory directory;

    SmallCifar() {
        for (int i = 1; i <= 5; ++i)
            write("data_batch_" + std::to_string(i) + ".bin", label(i) + pixels(10 * i));
        write("test_batch.bin", label(9) + pixels(90) + label(0) + pixels(3));
        write("train.bin", label(19) + label(99) + pixels(1));
        write("test.bin", label(4) + label(0) + pixels(2) + label(5) + label(50) + pixels(7));
    }
    static std::string label(int value) { return std::string(1, static_cast<char>(value)); }
    void write(const std::string& name, const std::string& content) const {
        test::write_file(directory.file(name), content);
    }
};

}  // namespace

TEST_CASE("CIFAR-10 is read in each form", "[data][cifar]") {
    const SmallCifar files;
    const datasets::Split bytes = datasets::cifar10(files.directory.path(), {.dtype = uint8});
    CHECK(bytes.train.x.shape() == Shape{5, 32, 32, 3});
    CHECK(bytes.train.y.shape() == Shape{5, 1});
    CHECK(numbers::of(bytes.train.y) == std::vector<double>{1, 2, 3, 4, 5});
    CHECK(numbers::of(bytes.test.y) == std::vector<double>{9, 0});
    for (const auto& [row, column, color, value] : std::vector<std::array<int64_t, 4>>{
             {0, 0, 0, 30}, {0, 0, 1, 31}, {31, 31, 2, 32}, {1, 0, 0, 200}, {0, 1, 0, 30}, {1, 0, 1, 31}})
        CHECK(bytes.train.x.at<uint8_t>({2, row, column, color}) == value);
    CHECK(bytes.train.scale == 1.0 / 255);
    const Dataset floats = datasets::cifar10(files.directory.path()).test;
    CHECK(floats.x.at<float>({1, 5, 5, 0}) == 3 / 255.0f);
    CHECK(floats.scale == 1);
}

TEST_CASE("What is more than the memory is a typed error", "[data][cifar][errors][malformed]") {
    const SmallCifar files;
    const std::string path = files.directory.file("data_batch_1.bin");
    std::filesystem::resize_file(path, uint64_t{3073} << 29);  // 1.5 TiB, none of which is on the disk
    CHECK_THROWS_MATCHES(datasets::cifar10(files.directory.path()), ValueError,
                         Catch::Matchers::Predicate<ValueError>([](const ValueError& error) {
                             return std::string(error.what()).starts_with("memory: the system has no ");
                         }));
}

TEST_CASE("CIFAR-100 has fine and coarse labels", "[data][cifar]") {
    const SmallCifar files;
    CHECK(numbers::of(datasets::cifar100(files.directory.path()).test.y) == std::vector<double>{0, 50});
    const datasets::Split coarse = datasets::cifar100(files.directory.path(), "coarse", {.dtype = uint8});
    CHECK(numbers::of(coarse.test.y) == std::vector<double>{4, 5});
    CHECK(coarse.test.x.at<uint8_t>({1, 0, 0, 2}) == 9);
}

TEST_CASE("A CIFAR that is not what it should be is refused", "[data][cifar][errors][malformed]") {
    const SmallCifar files;
    const std::string& path = files.directory.path();
    const auto refused = [&](const std::string& name, const std::string& content, const std::string& text) {
        const std::string before = test::read_file(files.directory.file(name));
        files.write(name, content);
        CHECK_THROWS_MATCHES((name.starts_with("t") && name != "test_batch.bin" ? datasets::cifar100(path)
                                                                                : datasets::cifar10(path)),
                             FormatError, Message(path + "/" + name + text));
        files.write(name, before);
    };
    refused("data_batch_3.bin", "", ": 0 bytes are no whole number of records of 3073");
    refused("test_batch.bin", SmallCifar::label(1) + pixels(0) + "x",
            ": 3074 bytes are no whole number of records of 3073");
    refused("data_batch_1.bin", SmallCifar::label(1) + pixels(0) + SmallCifar::label(10) + pixels(0),
            ": at byte 3073: label 10; there are the classes 0 to 9");
    refused("train.bin", SmallCifar::label(1) + SmallCifar::label(100) + pixels(0),
            ": at byte 1: label 100; there are the classes 0 to 99");
    CHECK_THROWS_AS(datasets::cifar10(path, {.dtype = float64}), DTypeError);
    std::filesystem::remove(files.directory.file("data_batch_5.bin"));
    CHECK_THROWS_MATCHES(
        datasets::cifar10(path), IoError,
        Message(path + ": data_batch_5.bin is not there; give the directory of the binary version's files"));
}
