// Writes test images of MNIST as pictures that a user might have, for lenet5.sh to read: as they are, and
// drawn large with a dark pen on light paper, off the middle, grey on grey. Usage: test_digits DATA DIRECTORY
// COUNT; the files are called <number>_<how>_<digit>.png or .pgm

#include <keratin/data/mnist.hpp>
#include <keratin/io/image.hpp>

#include <fmt/format.h>

#include <cstdlib>
#include <fstream>

using namespace keratin;

namespace {

/// The picture `zoom` times as large on paper of another shape; 0 becomes `paper`, 255 becomes `ink`.
Tensor drawn(const Tensor& digit, int64_t zoom, uint8_t paper, uint8_t ink) {
    const int64_t height = 28 * zoom + 70;
    const int64_t width = 28 * zoom + 15;
    Tensor picture = full({height, width, 3}, paper, uint8);
    for (int64_t row = 0; row < 28 * zoom; ++row)
        for (int64_t col = 0; col < 28 * zoom; ++col) {
            const int value = digit.at<uint8_t>({row / zoom, col / zoom});
            const auto level = static_cast<uint8_t>(paper + (ink - paper) * value / 255);
            for (int64_t c = 0; c < 3; ++c)
                picture.mutable_data<uint8_t>()[static_cast<size_t>(((row + 60) * width + col + 5) * 3 + c)] =
                    level;
        }
    return picture;
}

void write_pgm(const std::string& path, const Tensor& digit) {
    std::ofstream file(path, std::ios::binary);
    file << "P5\n28 28\n255\n";
    file.write(static_cast<const char*>(digit.raw()), 28 * 28);
}

}  // namespace

int main(int argc, char** argv) {
    if (argc != 4) return 2;
    const Dataset test = datasets::mnist(argv[1], {.dtype = uint8}).test;
    const std::string directory = argv[2];
    for (int64_t i = 0; i < std::atoi(argv[3]); ++i) {
        const Tensor digit = test.x.view({28, 28}, i * 28 * 28);
        const int64_t label = test.y.at<int64_t>({i});
        const auto path = [&](const char* how, const char* suffix) {
            return fmt::format("{}/{}_{}_{}.{}", directory, i, how, label, suffix);
        };
        io::write_png(path("plain", "png"), digit);
        write_pgm(path("plain", "pgm"), digit);
        io::write_png(path("paper", "png"), drawn(digit, 5, 255, 20));
        io::write_png(path("grey", "png"), drawn(digit, 2, 100, 190));
        io::write_png(path("night", "png"), drawn(digit, 3, 10, 255));
    }
}
