#include "support/catch.hpp"

#include "support/files.hpp"

#include <keratin/io/image.hpp>

using namespace keratin;

TEST_CASE("A PNG comes back as it was written", "[io][image]") {
    const test::TemporaryDirectory directory;
    const std::string path = directory.file("x.png");
    for (const Shape& shape : {Shape{3, 5}, Shape{3, 5, 1}, Shape{2, 4, 3}}) {
        Tensor picture = zeros(shape, uint8);
        for (int64_t i = 0; i < picture.size(); ++i)
            picture.mutable_data<uint8_t>()[static_cast<size_t>(i)] = static_cast<uint8_t>(i * 7);
        io::write_png(path, picture);
        const Tensor read = io::read_image(path);
        CHECK(read.shape() == (shape.rank() == 2 ? Shape{3, 5, 1} : shape));
        CHECK(std::equal(read.data<uint8_t>().begin(), read.data<uint8_t>().end(),
                         picture.data<uint8_t>().begin()));
    }
}

TEST_CASE("PGM and PPM are read, as text and as bytes", "[io][image]") {
    const test::TemporaryDirectory directory;
    const std::string path = directory.file("x.pgm");
    const auto values = [&](const std::string& content) {
        test::write_file(path, content);
        const Tensor picture = io::read_image(path);
        return std::vector<int>(picture.data<uint8_t>().begin(), picture.data<uint8_t>().end());
    };
    CHECK(values("P2\n# a comment\n2 2\n255\n0 1\n2 255\n") == std::vector<int>{0, 1, 2, 255});
    CHECK(values(std::string("P5 2 1 255\n\x10\xFF", 13)) == std::vector<int>{16, 255});
    CHECK(values("P2 2 1 15 0 15") == std::vector<int>{0, 255});
    CHECK(values(std::string("P5 1 1 65535\n\xFF\xFF", 15)) == std::vector<int>{255});
    CHECK(values("P3 1 1 255 1 2 3") == std::vector<int>{1, 2, 3});
    CHECK(values("P6 1 1 255\nabc") == std::vector<int>{'a', 'b', 'c'});
}

TEST_CASE("Damaged pictures are refused", "[io][image][errors][malformed]") {
    const test::TemporaryDirectory directory;
    const std::string path = directory.file("x");
    const auto refused = [&](const std::string& content) {
        INFO(content.substr(0, 30));
        test::write_file(path, content);
        CHECK_THROWS_AS(io::read_image(path), FormatError);
    };
    refused("");
    refused("GIF89a");
    refused("P5");
    refused("P5 x 2 255\n");
    refused("P5 2 2 255\nabc");
    refused("P2 2 2 255 1 2 3");
    refused("P2 1 1 10 11");
    refused("P5 0 2 255\n");
    refused("P5 2 2 0\nabcd");
    refused("P5 99999999999 99999999999 255\nabcd");
    refused("P5 100000 100000 255\nabcd");
    const std::string png = directory.file("x.png");
    io::write_png(png, zeros({20, 20}, uint8));
    const std::string whole = test::read_file(png);
    for (size_t length = 0; length < whole.size() - 12; ++length) refused(whole.substr(0, length));
    CHECK_THROWS_AS(io::read_image(directory.file("missing")), IoError);
}

TEST_CASE("write_png says what it takes", "[io][image][errors][malformed]") {
    const test::TemporaryDirectory directory;
    CHECK_THROWS_MATCHES(
        io::write_png(directory.file("x.png"), zeros({2, 2})), ShapeError,
        Message("write_png: got float32 of shape (2, 2); expected uint8 (height, width) or (height, "
                "width, 1, 3 or 4)"));
    CHECK_THROWS_MATCHES(io::write_png(directory.file("x.png"), zeros({0, 2}, uint8)), ShapeError,
                         Message("write_png: a picture of shape (0, 2); the sides must be 1 to 65535"));
    CHECK(directory.count() == 0);
}
