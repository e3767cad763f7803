#include "pictures.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <string>
#include <string_view>

namespace lenet5 {

using namespace keratin;

namespace {

using Colour = std::array<uint8_t, 3>;

constexpr Colour paper{255, 255, 255};
constexpr Colour border{90, 90, 90};
constexpr Colour black{0, 0, 0};
constexpr int64_t gap = 3;          ///< pixels between tiles
constexpr int64_t bar_height = 22;  ///< of the colour bar with its margin
constexpr int64_t bar_length = 120;

Colour mixed(const Colour& a, const Colour& b, float share) {
    Colour result{};
    for (size_t i = 0; i < 3; ++i)
        result[i] = static_cast<uint8_t>(
            std::lround(static_cast<float>(a[i]) * (1 - share) + static_cast<float>(b[i]) * share));
    return result;
}

Colour colour_of(float value, const Scale& scale) {
    if (!std::isfinite(value)) return {0, 200, 0};
    const float share = scale.limit > 0 ? std::clamp(value / scale.limit, -1.0f, 1.0f) : 0.0f;
    if (scale.grey) return mixed(black, paper, std::max(0.0f, share));
    // Two steps on either side of white, so that small numbers differ as visibly as large ones.
    constexpr Colour blue{67, 147, 195}, dark_blue{5, 48, 97}, red{214, 96, 77}, dark_red{103, 0, 31};
    const float distance = 2 * std::abs(share);
    const Colour& middle = share < 0 ? blue : red;
    return distance < 1 ? mixed(paper, middle, distance)
                        : mixed(middle, share < 0 ? dark_blue : dark_red, distance - 1);
}

/// A canvas of pixels.
class Canvas {
public:
    Canvas(int64_t height, int64_t width) : pixels_(Tensor::empty({height, width, 3}, uint8)) {
        fill(0, 0, height, width, paper);
    }

    void fill(int64_t top, int64_t left, int64_t height, int64_t width, const Colour& colour) {
        const std::span<uint8_t> out = pixels_.mutable_data<uint8_t>();
        const int64_t stride = pixels_.shape()[1];
        for (int64_t row = top; row < top + height; ++row)
            for (int64_t col = left; col < left + width; ++col)
                std::copy(colour.begin(), colour.end(), out.begin() + (row * stride + col) * 3);
    }
    const Tensor& pixels() const { return pixels_; }

private:
    Tensor pixels_;
};

// Digits of three by five dots, a row of dots per octal digit: 7 is three dots, 5 the outer two.
constexpr std::string_view letters = "0123456789.-e+";
constexpr std::array<std::string_view, 14> glyphs = {"75557", "26227", "71747", "71717", "55711",
                                                     "74717", "74757", "71122", "75757", "75717",
                                                     "00002", "00700", "07747", "02720"};
constexpr int64_t dot = 2;
constexpr int64_t letter_width = 4 * dot;

int64_t text_width(std::string_view text) {
    return static_cast<int64_t>(text.size()) * letter_width;
}

void write_text(Canvas& canvas, int64_t top, int64_t left, std::string_view text) {
    for (const char letter : text) {
        const std::string_view rows = glyphs[letters.find(letter)];
        for (int64_t row = 0; row < 5; ++row)
            for (int64_t col = 0; col < 3; ++col)
                if ((rows[static_cast<size_t>(row)] - '0') & (4 >> col))
                    canvas.fill(top + row * dot, left + col * dot, dot, dot, black);
        left += letter_width;
    }
}

struct Bar {
    std::string low, high;
    int64_t width() const { return text_width(low) + text_width(high) + bar_length + 4 * gap; }
};

Bar bar_of(const Scale& scale) {
    const std::string high = fmt::format("{:.2g}", scale.limit);
    return {scale.negative && !scale.grey ? "-" + high : "0", high};
}

void draw_bar(Canvas& canvas, int64_t top, const Bar& bar, const Scale& scale) {
    const int64_t left = gap + text_width(bar.low) + gap;
    const bool whole = scale.negative && !scale.grey;
    write_text(canvas, top, gap, bar.low);
    for (int64_t i = 0; i < bar_length; ++i) {
        const float share = (static_cast<float>(i) + 0.5f) / static_cast<float>(bar_length);
        canvas.fill(top, left + i, 5 * dot, 1,
                    colour_of((whole ? 2 * share - 1 : share) * scale.limit, scale));
    }
    write_text(canvas, top, left + bar_length + 2 * gap, bar.high);
}

}  // namespace

Tensor draw(const Tiles& tiles, const Scale& scale,
            const std::function<float(int64_t tile, int64_t row, int64_t col)>& value) {
    const int64_t tile_height = tiles.height * tiles.zoom + gap;
    const int64_t tile_width = tiles.width * tiles.zoom + gap;
    const int64_t rows = (tiles.count + tiles.columns - 1) / tiles.columns;
    const int64_t height = rows * tile_height + gap;
    const int64_t width = tiles.columns * tile_width + gap;
    const Bar bar = bar_of(scale);
    Canvas canvas(height + bar_height, std::max(width, bar.width()));
    canvas.fill(0, 0, height, width, border);
    for (int64_t tile = 0; tile < tiles.count; ++tile)
        for (int64_t row = 0; row < tiles.height; ++row)
            for (int64_t col = 0; col < tiles.width; ++col)
                canvas.fill(gap + tile / tiles.columns * tile_height + row * tiles.zoom,
                            gap + tile % tiles.columns * tile_width + col * tiles.zoom, tiles.zoom,
                            tiles.zoom, colour_of(value(tile, row, col), scale));
    draw_bar(canvas, height + (bar_height - 5 * dot) / 2, bar, scale);
    return canvas.pixels();
}

}  // namespace lenet5
