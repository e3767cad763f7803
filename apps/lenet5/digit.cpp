#include "digit.hpp"

#include <keratin/core/error.hpp>

#include <algorithm>
#include <cmath>
#include <vector>

namespace lenet5 {

using namespace keratin;

namespace {

constexpr int64_t side = 28;
constexpr int64_t digit_side = 20;   ///< of the square that a digit's ink fits in
constexpr double centre = 14;        ///< of a digit's mass, in both directions
constexpr float least_ink = 0.2f;    ///< fainter marks do not count as part of the digit
constexpr float least_range = 0.1f;  ///< between paper and ink; below, there is nothing to see

struct Gray {
    int64_t height, width;
    std::vector<float> ink;  ///< 0 paper, 1 ink

    float at(int64_t row, int64_t col) const { return ink[static_cast<size_t>(row * width + col)]; }
};

Gray to_gray(const Tensor& picture) {
    const int64_t channels = picture.shape()[2];
    Gray gray{picture.shape()[0], picture.shape()[1], {}};
    gray.ink.resize(static_cast<size_t>(gray.height * gray.width));
    const uint8_t* samples = picture.data<uint8_t>().data();
    for (float& ink : gray.ink) {
        float sum = 0;
        for (int64_t c = 0; c < channels; ++c) sum += static_cast<float>(*samples++);
        ink = sum / (255.0f * static_cast<float>(channels));
    }
    return gray;
}

/// The brightness of the paper: the middle one of the border's.
float paper_of(const Gray& gray) {
    std::vector<float> border;
    for (int64_t row = 0; row < gray.height; ++row)
        for (int64_t col = 0; col < gray.width; ++col)
            if (row == 0 || col == 0 || row == gray.height - 1 || col == gray.width - 1)
                border.push_back(gray.at(row, col));
    const auto middle = border.begin() + static_cast<int64_t>(border.size() / 2);
    std::nth_element(border.begin(), middle, border.end());
    return *middle;
}

struct Box {
    int64_t top, left, bottom, right;  ///< right and bottom are outside

    int64_t height() const { return bottom - top; }
    int64_t width() const { return right - left; }
    int64_t longest() const { return std::max(height(), width()); }
};

/// What is darker than `least`; nothing where bottom is 0.
Box ink_box(const Gray& gray, float least) {
    Box box{gray.height, gray.width, 0, 0};
    for (int64_t row = 0; row < gray.height; ++row)
        for (int64_t col = 0; col < gray.width; ++col)
            if (gray.at(row, col) > least)
                box = {std::min(box.top, row), std::min(box.left, col), std::max(box.bottom, row + 1),
                       std::max(box.right, col + 1)};
    return box;
}

struct Point {
    double y, x;
};

Point centre_of_mass(const Gray& gray) {
    double mass = 0, y = 0, x = 0;
    for (int64_t row = 0; row < gray.height; ++row)
        for (int64_t col = 0; col < gray.width; ++col) {
            const auto ink = static_cast<double>(gray.at(row, col));
            mass += ink;
            y += ink * static_cast<double>(row);
            x += ink * static_cast<double>(col);
        }
    return {y / mass, x / mass};
}

/// Light on dark, of 28 x 28 pixels, a digit of 20 pixels about the middle: one of MNIST's own.
bool as_in_mnist(const Gray& gray) {
    if (gray.height != side || gray.width != side || ink_box(gray, 0).longest() != digit_side) return false;
    const Point middle = centre_of_mass(gray);
    return std::abs(middle.y - centre) < 0.6 && std::abs(middle.x - centre) < 0.6;
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

/// The box, its longer side 20 pixels long.
Gray resized(const Gray& gray, const Box& box) {
    const double scale = static_cast<double>(box.longest()) / static_cast<double>(digit_side);
    const auto pixels = [&](int64_t extent) {
        return std::max<int64_t>(1, std::llround(static_cast<double>(extent) / scale));
    };
    Gray out{pixels(box.height()), pixels(box.width()), {}};
    const double step_y = static_cast<double>(box.height()) / static_cast<double>(out.height);
    const double step_x = static_cast<double>(box.width()) / static_cast<double>(out.width);
    for (int64_t row = 0; row < out.height; ++row)
        for (int64_t col = 0; col < out.width; ++col) {
            const double top = static_cast<double>(box.top) + static_cast<double>(row) * step_y;
            const double left = static_cast<double>(box.left) + static_cast<double>(col) * step_x;
            out.ink.push_back(area_mean(gray, top, left, top + step_y, left + step_x));
        }
    return out;
}

/// On 28 x 28 pixels, moved so that the centre of mass is in the middle, as far as the digit stays inside.
Gray centred(const Gray& digit) {
    const Point middle = centre_of_mass(digit);
    const int64_t top = std::clamp<int64_t>(std::llround(centre - middle.y), 0, side - digit.height);
    const int64_t left = std::clamp<int64_t>(std::llround(centre - middle.x), 0, side - digit.width);
    Gray out{side, side, std::vector<float>(static_cast<size_t>(side * side))};
    for (int64_t row = 0; row < digit.height; ++row)
        for (int64_t col = 0; col < digit.width; ++col)
            out.ink[static_cast<size_t>((top + row) * side + left + col)] = digit.at(row, col);
    return out;
}

}  // namespace

Tensor prepare_digit(const Tensor& picture) {
    Gray gray = to_gray(picture);
    const float paper = paper_of(gray);
    const auto [darkest, lightest] = std::minmax_element(gray.ink.begin(), gray.ink.end());
    const float range = std::max(paper - *darkest, *lightest - paper);
    const bool dark_on_light = paper - *darkest > *lightest - paper;
    if (range < least_range) fail<ValueError>("the picture is empty: nothing differs from its border");
    for (float& ink : gray.ink) ink = std::max(0.0f, dark_on_light ? paper - ink : ink - paper);
    if (!as_in_mnist(gray)) {
        for (float& ink : gray.ink) ink /= range;
        gray = centred(resized(gray, ink_box(gray, least_ink)));
    }
    return Tensor::from(gray.ink, {1, side, side, 1});
}

}  // namespace lenet5
