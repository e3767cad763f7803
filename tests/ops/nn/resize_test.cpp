#include "ops/support.hpp"
#include "support/catch.hpp"
#include "support/numbers.hpp"

#include <keratin/ops/nn/resize.hpp>

using namespace keratin;

namespace {

double at(const Tensor& x, int64_t n, int64_t h, int64_t w, int64_t c) {
    const Shape& s = x.shape();
    h = std::clamp<int64_t>(h, 0, s[1] - 1);
    w = std::clamp<int64_t>(w, 0, s[2] - 1);
    return numbers::of(x)[static_cast<size_t>(((n * s[1] + h) * s[2] + w) * s[3] + c)];
}

/// The four pixels around every place, with the border repeated.
std::vector<double> loops(const Tensor& x, int64_t height, int64_t width) {
    const Shape& s = x.shape();
    std::vector<double> y;
    for (int64_t n = 0; n < s[0]; ++n)
        for (int64_t h = 0; h < height; ++h)
            for (int64_t w = 0; w < width; ++w)
                for (int64_t c = 0; c < s[3]; ++c) {
                    const double row = (double(h) + 0.5) * double(s[1]) / double(height) - 0.5;
                    const double col = (double(w) + 0.5) * double(s[2]) / double(width) - 0.5;
                    const auto top = static_cast<int64_t>(std::floor(row));
                    const auto left = static_cast<int64_t>(std::floor(col));
                    const double down = row - std::floor(row), right = col - std::floor(col);
                    y.push_back((1 - down) * (1 - right) * at(x, n, top, left, c) +
                                (1 - down) * right * at(x, n, top, left + 1, c) +
                                down * (1 - right) * at(x, n, top + 1, left, c) +
                                down * right * at(x, n, top + 1, left + 1, c));
                }
    return y;
}

}  // namespace

TEST_CASE("resize is bilinear between half-pixel centres", "[ops][resize]") {
    for (const DType dtype : {float32, float64})
        for (const Size2 size : {Size2(1), Size2(2, 7), Size2(5, 4), Size2(8, 12), Size2(3, 5)}) {
            INFO(size);
            const Tensor x = numbers::distinct({2, 3, 5, 2}, 1, 1.0, dtype);
            const Tensor y = nn::resize(x, size);
            CHECK(y.shape() == Shape{2, size.height, size.width, 2});
            CHECK(y.dtype() == dtype);
            // Places between pixels are float32, as TensorFlow has them, whatever the image.
            CHECK(numbers::difference(y, loops(x, size.height, size.width)) < 1e-6);
        }
}

TEST_CASE("resize takes the nearest pixel", "[ops][resize]") {
    const Tensor x = Tensor::from({0.f, 1.f, 2.f, 3.f}, {1, 1, 4, 1});
    const auto row = [&](int64_t width) { return numbers::of(nn::resize(x, {1, width}, "nearest")); };
    CHECK(row(2) == std::vector<double>{1, 3});
    CHECK(row(3) == std::vector<double>{0, 2, 3});
    CHECK(row(6) == std::vector<double>{0, 1, 1, 2, 3, 3});
    CHECK(row(8) == std::vector<double>{0, 0, 1, 1, 2, 2, 3, 3});
}

TEST_CASE("the gradients of resize agree with central differences", "[ops][resize]") {
    for (const Interpolation how : {Interpolation("nearest"), Interpolation("bilinear")})
        for (const Size2 size : {Size2(1), Size2(2, 3), Size2(5, 7)})
            test::check_derivatives(
                [&](const std::vector<Tensor>& in) { return nn::resize(in[0], size, how); },
                {test::sample({2, 3, 4, 2})});
}

TEST_CASE("resize of no images gives none", "[ops][resize]") {
    CHECK(nn::resize(zeros({0, 3, 4, 2}), {6, int64_t{1} << 40}).shape() == Shape{0, 6, int64_t{1} << 40, 2});
}

TEST_CASE("resize says what does not fit", "[ops][resize][errors]") {
    CHECK_THROWS_MATCHES(nn::resize(zeros({3, 4, 2}), 2), ShapeError,
                         Message("resize: input has shape (3, 4, 2); images of shape (batch, height, width, "
                                 "channels) are needed, use reshape() or expand_dims()"));
    CHECK_THROWS_MATCHES(nn::resize(zeros({1, 3, 4, 2}), {0, 2}), ValueError,
                         Message("resize: size (0, 2) must be at least 1"));
    CHECK_THROWS_MATCHES(
        nn::resize(zeros({1, 0, 4, 2}), 2), ShapeError,
        Message("resize: input of shape (1, 0, 4, 2) has no pixels; height and width must be at least 1"));
    CHECK_THROWS_AS(nn::resize(zeros({1, 3, 4, 2}, uint8), 2), DTypeError);
    CHECK_THROWS_AS(nn::resize(zeros({1, 3, 4, 2}), INT64_MAX), ShapeError);
    CHECK_THROWS_MATCHES(
        interpolation("bicubic"), ValueError,
        Message("interpolation: \"bicubic\" is not accepted; use \"nearest\" or \"bilinear\""));
}
