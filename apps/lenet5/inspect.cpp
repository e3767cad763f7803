#include "commands.hpp"
#include "digit.hpp"

#include <keratin/data/mnist.hpp>
#include <keratin/io/image.hpp>

#include <algorithm>
#include <array>
#include <cmath>
#include <filesystem>

namespace lenet5 {

using namespace keratin;

namespace {

/// How often values fall into sixteen equal parts between the least and the greatest, as a line of blocks.
std::string histogram(std::span<const float> values, float low, float high) {
    std::array<size_t, 16> counts{};
    for (const float value : values) {
        const float share = high > low ? (value - low) / (high - low) : 0.5f;
        counts[std::min<size_t>(15, static_cast<size_t>(share * 16))]++;
    }
    const std::array<const char*, 9> blocks = {" ", "▁", "▂", "▃", "▄", "▅", "▆", "▇", "█"};
    const size_t most = *std::max_element(counts.begin(), counts.end());
    std::string line;
    for (const size_t count : counts) line += blocks[(count * 8 + most - 1) / most];
    return line;
}

void print_statistics(const Variable& variable) {
    const Tensor tensor = variable.value();
    const std::span<const float> values = tensor.data<float>();
    double sum = 0, squares = 0;
    for (const float value : values) sum += static_cast<double>(value);
    const double mean = sum / static_cast<double>(values.size());
    for (const float value : values)
        squares += (static_cast<double>(value) - mean) * (static_cast<double>(value) - mean);
    const auto [low, high] = std::minmax_element(values.begin(), values.end());
    fmt::print("  {:<7} {:<16} min {:>8.4f}  max {:>8.4f}  mean {:>8.4f}  std {:>7.4f}  |{}|\n",
               variable.name(), to_string(variable.shape()), *low, *high, mean,
               std::sqrt(squares / static_cast<double>(values.size())), histogram(values, *low, *high));
}

/// Tiles of rows x cols images side by side, one pixel apart, each pixel `zoom` pixels wide; the grey levels
/// span all values, so that tiles can be compared.
class Mosaic {
public:
    Mosaic(int64_t rows, int64_t cols, int64_t height, int64_t width, int64_t zoom)
        : cols_(cols),
          height_(height),
          width_(width),
          zoom_(zoom),
          picture_(full({rows * (height * zoom + 1) + 1, cols * (width * zoom + 1) + 1}, 0, uint8)) {}

    /// value(row, col) of tile `index`, scaled from [low, high] to [32, 255].
    template <class Value>
    void draw(int64_t index, float low, float high, Value value) {
        const int64_t top = index / cols_ * (height_ * zoom_ + 1) + 1;
        const int64_t left = index % cols_ * (width_ * zoom_ + 1) + 1;
        const std::span<uint8_t> out = picture_.mutable_data<uint8_t>();
        const int64_t stride = picture_.shape()[1];
        for (int64_t row = 0; row < height_ * zoom_; ++row)
            for (int64_t col = 0; col < width_ * zoom_; ++col) {
                const float share = high > low ? (value(row / zoom_, col / zoom_) - low) / (high - low) : 0;
                out[static_cast<size_t>((top + row) * stride + left + col)] =
                    static_cast<uint8_t>(32 + 223 * share);
            }
    }
    const Tensor& picture() const { return picture_; }

private:
    int64_t cols_, height_, width_, zoom_;
    Tensor picture_;
};

std::pair<float, float> range_of(const Tensor& x) {
    const auto [low, high] = std::minmax_element(x.data<float>().begin(), x.data<float>().end());
    return {*low, *high};
}

/// A convolution's kernels: a row of tiles per input channel, a column per filter.
void write_kernels(const std::string& path, const Tensor& kernel) {
    const Shape& shape = kernel.shape();
    const auto [low, high] = range_of(kernel);
    Mosaic mosaic(shape[2], shape[3], shape[0], shape[1], 8);
    for (int64_t c = 0; c < shape[2]; ++c)
        for (int64_t f = 0; f < shape[3]; ++f)
            mosaic.draw(c * shape[3] + f, low, high, [&](int64_t row, int64_t col) {
                return kernel.at<float>({row, col, c, f});
            });
    io::write_png(path, mosaic.picture());
}

/// A layer's output for one image: a tile per channel, or one row of pixels for a vector.
void write_features(const std::string& path, const Tensor& output) {
    const bool image = output.rank() == 4;
    const Tensor maps = image ? output : output.view({1, 1, output.size(), 1});
    const Shape& shape = maps.shape();
    const auto [low, high] = range_of(maps);
    const int64_t cols = image ? std::min<int64_t>(shape[3], 8) : 1;
    Mosaic mosaic((shape[3] + cols - 1) / cols, cols, shape[1], shape[2], 4);
    for (int64_t c = 0; c < shape[3]; ++c)
        mosaic.draw(c, low, high, [&](int64_t row, int64_t col) { return maps.at<float>({0, row, col, c}); });
    io::write_png(path, mosaic.picture());
}

Tensor chosen_image(const InspectOptions& options) {
    if (!options.image.empty()) return prepare_digit(io::read_image(options.image));
    const Dataset test_set = datasets::mnist(options.data).test;
    return test_set.x.view({1, 28, 28, 1});
}

void write_pictures(const Sequential& model, const InspectOptions& options) {
    std::filesystem::create_directories(options.png);
    Tensor x = chosen_image(options);
    write_features(options.png + "/input.png", x);
    for (const LayerReference& layer : model.layers()) {
        for (const Variable& variable : layer.variables())
            if (variable.shape().rank() == 4)
                write_kernels(fmt::format("{}/{}_{}.png", options.png, layer.name(), variable.name()),
                              variable.value());
        x = (*layer)(x);
        write_features(fmt::format("{}/{}_output.png", options.png, layer.name()), x);
    }
    fmt::print("pictures written to {}\n", options.png);
}

}  // namespace

int inspect(const InspectOptions& options) {
    const Sequential model = load_model(options.weights);
    for (const LayerReference& layer : model.layers()) {
        fmt::print("{} ({})\n", layer.name(), layer->class_name());
        for (const Variable& variable : layer.variables()) print_statistics(variable);
    }
    if (!options.png.empty()) write_pictures(model, options);
    return 0;
}

}  // namespace lenet5
