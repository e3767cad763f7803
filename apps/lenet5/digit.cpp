#include "digit.hpp"

#include <keratin/core/error.hpp>

#include <algorithm>
#include <cmath>
#include <vector>

namespace lenet5 {

using namespace keratin;

namespace {

struct Gray {
    int64_t height, width;
    std::vector<float> ink;  ///< 0 paper, 1 ink

    float at(int64_t row, int64_t col) const { return ink[static_cast<size_t>(row * width + col)]; }
};

Gray to_gray(const Tensor& picture) {
    const int64_t height = picture.shape()[0];
    const int64_t width = picture.shape()[1];
    const int64_t channels = picture.shape()[2];
    Gray gray{height, width, std::vector<float>(static_cast<size_t>(height * width))};
    const uint8_t* samples = picture.data<uint8_t>().data();
    for (float& ink : gray.ink) {
        float sum = 0;
        for (int64_t c = 0; c < channels; ++c) sum += static_cast<float>(*samples++);
        ink = sum / (255.0f * static_cast<float>(channels));
    }
    return gray;
}

/// Ink is what differs from the border.
bool invert_if_light(Gray& gray) {
    float border = 0;
    for (int64_t col = 0; col < gray.width; ++col) border += gray.at(0, col) + gray.at(gray.height - 1, col);
    if (border / static_cast<float>(2 * gray.width) < 0.5f) return false;
    for (float& ink : gray.ink) ink = 1 - ink;
    return true;
}

struct Box {
    int64_t top, left, bottom, right;  ///< right and bottom are outside
};

Box ink_box(const Gray& gray) {
    Box box{gray.height, gray.width, 0, 0};
    for (int64_t row = 0; row < gray.height; ++row)
        for (int64_t col = 0; col < gray.width; ++col)
            if (gray.at(row, col) > 0.2f)
                box = {std::min(box.top, row), std::min(box.left, col), std::max(box.bottom, row + 1),
                       std::max(box.right, col + 1)};
    if (box.bottom == 0) fail<ValueError>("the picture is empty: nothing differs from its border");
    return box;
}

/// Calls f(pixel, share) for the pixels between two edges, with the share of each that lies between them.
template <class F>
void for_covered(double from, double to, int64_t count, F f) {
    const int64_t last = std::min(count, static_cast<int64_t>(std::ceil(to)));
    for (auto i = static_cast<int64_t>(from); i < last; ++i)
        f(i, std::min(to, static_cast<double>(i + 1)) - std::max(from, static_cast<double>(i)));
}

/// Mean of the source pixels under a rectangle.
float area_mean(const Gray& gray, double top, double left, double bottom, double right) {
    double sum = 0;
    for_covered(top, bottom, gray.height, [&](int64_t row, double h) {
        for_covered(left, right, gray.width,
                    [&](int64_t col, double w) { sum += h * w * static_cast<double>(gray.at(row, col)); });
    });
    return static_cast<float>(sum / ((bottom - top) * (right - left)));
}

Gray resized(const Gray& gray, const Box& box) {
    const double scale = static_cast<double>(std::max(box.bottom - box.top, box.right - box.left)) / 20.0;
    const auto rows = std::max<int64_t>(1, std::llround(static_cast<double>(box.bottom - box.top) / scale));
    const auto cols = std::max<int64_t>(1, std::llround(static_cast<double>(box.right - box.left) / scale));
    Gray out{rows, cols, std::vector<float>(static_cast<size_t>(rows * cols))};
    const double step_y = static_cast<double>(box.bottom - box.top) / static_cast<double>(rows);
    const double step_x = static_cast<double>(box.right - box.left) / static_cast<double>(cols);
    for (int64_t row = 0; row < rows; ++row)
        for (int64_t col = 0; col < cols; ++col) {
            const double top = static_cast<double>(box.top) + static_cast<double>(row) * step_y;
            const double left = static_cast<double>(box.left) + static_cast<double>(col) * step_x;
            out.ink[static_cast<size_t>(row * cols + col)] =
                area_mean(gray, top, left, top + step_y, left + step_x);
        }
    return out;
}

Tensor centred(const Gray& digit) {
    double mass = 0, y = 0, x = 0;
    for (int64_t row = 0; row < digit.height; ++row)
        for (int64_t col = 0; col < digit.width; ++col) {
            const auto ink = static_cast<double>(digit.at(row, col));
            mass += ink;
            y += ink * static_cast<double>(row);
            x += ink * static_cast<double>(col);
        }
    const int64_t top = std::clamp<int64_t>(std::llround(13.5 - y / mass), 0, 28 - digit.height);
    const int64_t left = std::clamp<int64_t>(std::llround(13.5 - x / mass), 0, 28 - digit.width);
    Tensor result = zeros({1, 28, 28, 1});
    for (int64_t row = 0; row < digit.height; ++row)
        for (int64_t col = 0; col < digit.width; ++col)
            result.mutable_data<float>()[static_cast<size_t>((top + row) * 28 + left + col)] =
                digit.at(row, col);
    return result;
}

}  // namespace

Tensor prepare_digit(const Tensor& picture) {
    Gray gray = to_gray(picture);
    const bool inverted = invert_if_light(gray);
    if (!inverted && gray.height == 28 && gray.width == 28) return Tensor::from(gray.ink, {1, 28, 28, 1});
    return centred(resized(gray, ink_box(gray)));
}

}  // namespace lenet5
