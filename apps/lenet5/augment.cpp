#include "augment.hpp"

#include <keratin/core/random.hpp>
#include <keratin/core/threads.hpp>

#include <algorithm>
#include <cmath>

namespace lenet5 {

using namespace keratin;

namespace {

constexpr int side = 28;

/// Where an output pixel looks in the input: source = matrix * (x, y) + offset, around the centre.
struct Transform {
    float xx, xy, yx, yy, dx, dy;
};

/// From five uniform numbers in [-1, 1).
Transform random_transform(const float* u) {
    const float angle = u[0] * 10.0f * 3.14159265f / 180.0f;
    const float stretch_x = 1 + 0.1f * u[1];
    const float stretch_y = 1 + 0.1f * u[2];
    return {std::cos(angle) * stretch_x,
            -std::sin(angle) * stretch_x,
            std::sin(angle) * stretch_y,
            std::cos(angle) * stretch_y,
            2 * u[3],
            2 * u[4]};
}

float pixel(const uint8_t* image, int x, int y) {
    return x < 0 || y < 0 || x >= side || y >= side ? 0.0f : static_cast<float>(image[y * side + x]);
}

void transform_image(const uint8_t* image, const Transform& t, float scale, float* out) {
    constexpr float centre = (side - 1) / 2.0f;
    for (int row = 0; row < side; ++row) {
        for (int col = 0; col < side; ++col) {
            const float x = static_cast<float>(col) - centre;
            const float y = static_cast<float>(row) - centre;
            const float sx = t.xx * x + t.xy * y + t.dx + centre;
            const float sy = t.yx * x + t.yy * y + t.dy + centre;
            const float fx = std::floor(sx);
            const float fy = std::floor(sy);
            const int ix = static_cast<int>(fx);
            const int iy = static_cast<int>(fy);
            const float top = pixel(image, ix, iy) * (1 - (sx - fx)) + pixel(image, ix + 1, iy) * (sx - fx);
            const float bottom =
                pixel(image, ix, iy + 1) * (1 - (sx - fx)) + pixel(image, ix + 1, iy + 1) * (sx - fx);
            *out++ = scale * (top * (1 - (sy - fy)) + bottom * (sy - fy));
        }
    }
}

}  // namespace

AugmentedBatches::AugmentedBatches(Dataset data, int64_t batch_size, uint64_t seed)
    : data_(std::move(data)), batch_size_(batch_size), seed_(seed) {}

int64_t AugmentedBatches::steps() const {
    return (data_.size() + batch_size_ - 1) / batch_size_;
}

std::optional<Batch> AugmentedBatches::operator()(int64_t epoch, int64_t step) {
    if (step >= steps()) return std::nullopt;
    const auto draw = [&](int64_t what) {
        return SeedGenerator::Draw{seed_, static_cast<uint64_t>((epoch * (steps() + 1) + what) * 2 + 1)};
    };
    if (step == 0) order_ = random::permutation(data_.size(), draw(0));
    const int64_t first = step * batch_size_;
    const int64_t count = std::min(batch_size_, data_.size() - first);
    const Tensor numbers = random::uniform({count, 5}, {.minval = -1, .maxval = 1}, draw(step + 1));
    Tensor x = Tensor::empty({count, side, side, 1});
    Tensor y = Tensor::empty({count}, int64);
    constexpr int64_t pixels = side * side;
    constexpr int64_t work_of_a_pixel = 40;
    float* const images = x.mutable_data<float>().data();
    int64_t* const labels = y.mutable_data<int64_t>().data();
    parallel_for(count, count * pixels * work_of_a_pixel, [&](int64_t begin, int64_t end) {
        for (int64_t i = begin; i < end; ++i) {
            const auto index = order_.data<int64_t>()[static_cast<size_t>(first + i)];
            transform_image(data_.x.data<uint8_t>().data() + index * pixels,
                            random_transform(numbers.data<float>().data() + i * 5),
                            static_cast<float>(data_.scale), images + i * pixels);
            labels[i] = data_.y.data<int64_t>()[static_cast<size_t>(index)];
        }
    });
    return Batch{x, y};
}

}  // namespace lenet5
