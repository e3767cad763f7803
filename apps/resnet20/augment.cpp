#include "resnet20/augment.hpp"

#include <cmath>

namespace resnet20 {
namespace {

constexpr int64_t padding = 4;

/// One of -padding .. padding, from a number in [-1, 1).
int64_t offset(float uniform) {
    constexpr auto places = static_cast<float>(2 * padding + 1);
    return static_cast<int64_t>(std::floor((uniform + 1) / 2 * places)) - padding;
}

struct Images {
    int64_t height, width, channels;

    void change(const uint8_t* image, const float* uniform, float scale, float* out) const {
        const int64_t down = offset(uniform[0]), right = offset(uniform[1]);
        const bool turned = uniform[2] < 0;
        for (int64_t row = 0; row < height; ++row)
            for (int64_t column = 0; column < width; ++column) {
                const int64_t from_row = row + down;
                const int64_t from_column = (turned ? width - 1 - column : column) + right;
                const bool inside =
                    from_row >= 0 && from_row < height && from_column >= 0 && from_column < width;
                const int64_t pixel = (from_row * width + from_column) * channels;
                for (int64_t channel = 0; channel < channels; ++channel)
                    *out++ = inside ? scale * static_cast<float>(image[pixel + channel]) : 0.0f;
            }
    }
};

}  // namespace

AugmentedBatches::AugmentedBatches(const keratin::Dataset& data, int64_t batch_size, uint64_t seed)
    : ChangedBatches(data, {.batch_size = batch_size, .seed = seed, .uniforms = 3, .work = 8},
                     [images = Images{data.x.shape()[1], data.x.shape()[2], data.x.shape()[3]}](
                         const uint8_t* image, const float* uniform, float scale, float* out) {
                         images.change(image, uniform, scale, out);
                     }) {}

}  // namespace resnet20
