#include "support/catch.hpp"

#include "support/files.hpp"
#include "support/mnist.hpp"

#include <keratin/core/error.hpp>

#include <algorithm>
#include <cmath>
#include <filesystem>
#include <numeric>

using namespace keratin;

namespace {

std::string idx(uint8_t code, const std::vector<uint32_t>& extents, const std::string& body) {
    std::string bytes = {0, 0, static_cast<char>(code), static_cast<char>(extents.size())};
    for (const uint32_t extent : extents)
        for (int shift = 24; shift >= 0; shift -= 8) bytes += static_cast<char>(extent >> shift);
    return bytes + body;
}

/// A directory with a small data set in it: two training images and one test image.
class SmallMnist {
public:
    SmallMnist() {
        write("train-images-idx3-ubyte",
              idx(8, {2, 28, 28}, std::string(784, '\x00') + std::string(784, '\xFF')));
        write("train-labels-idx1-ubyte", idx(8, {2}, "\x03\x09"));
        write("t10k-images-idx3-ubyte", idx(8, {1, 28, 28}, std::string(784, '\x33')));
        write("t10k-labels-idx1-ubyte", idx(8, {1}, "\x07"));
    }
    void write(const std::string& name, const std::string& content) const {
        test::write_file(directory_.file(name), content);
    }
    void remove(const std::string& name) const { std::filesystem::remove(directory_.file(name)); }
    const std::string& path() const { return directory_.path(); }

private:
    test::TemporaryDirectory directory_;
};

}  // namespace

TEST_CASE("The digits of MNIST are as often as its makers say", "[data][mnist]") {
    // http://yann.lecun.com/exdb/mnist: 60,000 and 10,000 digits; the numbers of each are widely published.
    const auto count = [](const Tensor& y) {
        std::vector<int> counts(10);
        for (const int64_t label : y.data<int64_t>()) ++counts[static_cast<size_t>(label)];
        return counts;
    };
    CHECK(count(test::mnist().train.y) ==
          std::vector<int>{5923, 6742, 5958, 6131, 5842, 5421, 5918, 6265, 5851, 5949});
    CHECK(count(test::mnist().test.y) ==
          std::vector<int>{980, 1135, 1032, 1010, 982, 892, 958, 1028, 974, 1009});
}

TEST_CASE("The pixels of MNIST have the mean and deviation everybody normalizes with", "[data][mnist]") {
    double sum = 0, squares = 0;
    const auto pixels = test::mnist().train.x.data<uint8_t>();
    for (const uint8_t pixel : pixels) {
        sum += pixel / 255.0;
        squares += pixel / 255.0 * (pixel / 255.0);
    }
    const auto n = static_cast<double>(pixels.size());
    CHECK(sum / n == Approx(0.1307).margin(5e-5));
    CHECK(std::sqrt(squares / n - sum / n * (sum / n)) == Approx(0.3081).margin(5e-5));
}

TEST_CASE("The first test image is a seven", "[data][mnist]") {
    const Dataset& data = test::mnist().test;
    CHECK(data.y.data<int64_t>()[0] == 7);
    // Its bar is in the upper half, its foot in the lower one.
    const auto row_sum = [&](int64_t row) {
        const auto pixels = data.x.data<uint8_t>().subspan(static_cast<size_t>(28 * row), 28);
        return std::accumulate(pixels.begin(), pixels.end(), 0);
    };
    CHECK(row_sum(0) == 0);
    CHECK(row_sum(8) > 3 * row_sum(20));
}

TEST_CASE("A small set is read in each form", "[data][mnist]") {
    const SmallMnist files;
    const datasets::Split bytes = datasets::mnist(files.path(), {.dtype = uint8});
    const datasets::Split floats = datasets::fashion_mnist(files.path());
    CHECK(bytes.train.x.shape() == Shape{2, 28, 28, 1});
    CHECK(bytes.train.size() == 2);
    CHECK(bytes.train.y.data<int64_t>()[1] == 9);
    CHECK(bytes.test.x.at<uint8_t>({0, 27, 27, 0}) == 0x33);
    CHECK(floats.train.x.at<float>({0, 3, 4, 0}) == 0);
    CHECK(floats.train.x.at<float>({1, 3, 4, 0}) == 1);
    CHECK(floats.test.x.at<float>({0, 0, 0, 0}) == 0x33 / 255.0f);
    CHECK(floats.test.y.data<int64_t>()[0] == 7);
}

TEST_CASE("A set whose files do not belong together is refused", "[data][mnist][errors][malformed]") {
    const SmallMnist files;
    const auto refused = [&](const std::string& name, const std::string& content, const std::string& text) {
        const std::string before = test::read_file(files.path() + "/" + name);
        files.write(name, content);
        CHECK_THROWS_MATCHES(datasets::mnist(files.path()), FormatError, Message(files.path() + "/" + text));
        files.write(name, before);
    };
    refused("train-images-idx3-ubyte", idx(8, {2, 28, 27}, std::string(2 * 28 * 27, 'x')),
            "train-images-idx3-ubyte: holds uint8 of shape (2, 28, 27); expected uint8 images (n, 28, 28)");
    refused("train-images-idx3-ubyte", idx(8, {2, 784}, std::string(2 * 784, 'x')),
            "train-images-idx3-ubyte: holds uint8 of shape (2, 784); expected uint8 images (n, 28, 28)");
    refused("t10k-images-idx3-ubyte", idx(0x0D, {1, 28, 28}, std::string(4 * 784, 'x')),
            "t10k-images-idx3-ubyte: holds float32 of shape (1, 28, 28); expected uint8 images (n, 28, 28)");
    refused(
        "train-labels-idx1-ubyte", idx(8, {3}, "\x01\x02\x03"),
        "train-labels-idx1-ubyte: holds uint8 of shape (3,); expected one uint8 label for each of 2 images");
    refused(
        "t10k-labels-idx1-ubyte", idx(8, {1, 1}, "\x01"),
        "t10k-labels-idx1-ubyte: holds uint8 of shape (1, 1); expected one uint8 label for each of 1 images");
    refused("train-labels-idx1-ubyte", idx(8, {2}, "\x09\x0A"),
            "train-labels-idx1-ubyte: label 1 is 10; there are the classes 0 to 9");
    CHECK(datasets::mnist(files.path()).train.size() == 2);
}

TEST_CASE("A set without one of its files is refused", "[data][mnist][errors][malformed]") {
    const std::string name = GENERATE(as<std::string>{}, "train-images-idx3-ubyte", "train-labels-idx1-ubyte",
                                      "t10k-images-idx3-ubyte", "t10k-labels-idx1-ubyte");
    const SmallMnist files;
    files.remove(name);
    CHECK_THROWS_MATCHES(datasets::mnist(files.path()), IoError,
                         Message(files.path() + ": neither " + name + " nor " + name +
                                 ".gz is there; give the directory of the four IDX files"));
}
