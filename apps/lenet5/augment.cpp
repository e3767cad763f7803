#include "augment.hpp"

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
    : ChangedBatches(std::move(data), {.batch_size = batch_size, .seed = seed, .uniforms = 5, .work = 40},
                     [](const uint8_t* image, const float* uniform, float scale, float* out) {
                         transform_image(image, random_transform(uniform), scale, out);
                     }) {}

}  // namespace lenet5
