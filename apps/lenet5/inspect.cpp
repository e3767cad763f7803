#include "commands.hpp"
#include "digit.hpp"
#include "pictures.hpp"

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
    const auto finite = std::count_if(values.begin(), values.end(), [](float v) { return std::isfinite(v); });
    if (finite < tensor.size()) {
        fmt::print("  {:<7} {:<16} {} of {} are not finite\n", variable.name(), to_string(variable.shape()),
                   tensor.size() - finite, tensor.size());
        return;
    }
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

Scale scale_of(const Tensor& x) {
    Scale scale{.limit = 0, .negative = false};
    for (const float value : x.data<float>()) {
        if (std::isfinite(value)) scale.limit = std::max(scale.limit, std::abs(value));
        scale.negative |= value < 0;
    }
    return scale;
}

/// Small tiles are drawn large, so that every number can be seen, as far as a row of them fits a page.
int64_t zoom_for(int64_t side, int64_t columns) {
    return std::clamp<int64_t>((columns <= 8 ? 80 : 50) / side, 4, 16);
}

/// A convolution's kernels: a row of tiles per input channel, a column per filter. A dense layer's: one tile,
/// a row per unit.
Tensor draw_kernel(const Tensor& kernel) {
    const Shape& shape = kernel.shape();
    if (shape.rank() == 2)
        return draw({1, 1, shape[1], shape[0], shape[0] > 200 ? 1 : 3}, scale_of(kernel),
                    [&](int64_t, int64_t row, int64_t col) {
                        return kernel.at<float>({col, row});
                    });
    const int64_t filters = shape[3];
    return draw({shape[2] * filters, filters, shape[0], shape[1], zoom_for(shape[0], filters)},
                scale_of(kernel), [&](int64_t tile, int64_t row, int64_t col) {
                    return kernel.at<float>({row, col, tile / filters, tile % filters});
                });
}

/// A layer's output for one image: a tile per channel, or rows of forty numbers.
Tensor draw_features(const Tensor& output) {
    if (output.rank() == 2)
        return draw({output.size(), std::min<int64_t>(output.size(), 40), 1, 1, 16}, scale_of(output),
                    [&](int64_t tile, int64_t, int64_t) {
                        return output.at<float>({0, tile});
                    });
    const Shape& shape = output.shape();
    const int64_t columns = std::min<int64_t>(shape[3], 8);
    return draw({shape[3], columns, shape[1], shape[2], zoom_for(shape[1], columns)}, scale_of(output),
                [&](int64_t tile, int64_t row, int64_t col) {
                    return output.at<float>({0, row, col, tile});
                });
}

/// "5x5x1x6"
std::string shape_text(const Shape& shape, int first_axis) {
    std::string text;
    for (int axis = first_axis; axis < shape.rank(); ++axis)
        text += fmt::format("{}{}", text.empty() ? "" : "x", shape[axis]);
    return text;
}

Tensor chosen_image(const InspectOptions& options) {
    if (!options.image.empty()) return prepare_digit(io::read_image(options.image));
    const Tensor images = datasets::mnist(options.data).test.x;
    if (images.shape()[0] == 0) fail<ValueError>("{}: there is no test image", options.data);
    return images.view({1, 28, 28, 1});
}

void write_picture(const std::string& directory, const std::string& name, const Tensor& picture) {
    const std::string path = fmt::format("{}/{}.png", directory, name);
    io::write_png(path, picture);
    fmt::print("{}\n", path);
}

void write_pictures(const Sequential& model, const InspectOptions& options) {
    Tensor x = chosen_image(options);
    std::error_code error;
    std::filesystem::create_directories(options.png, error);
    if (error) fail<IoError>("{}: cannot be made: {}", options.png, error.message());
    write_picture(options.png, "0_input_28x28",
                  draw({1, 1, 28, 28, zoom_for(28, 1)}, {.limit = 1, .grey = true},
                       [&](int64_t, int64_t row, int64_t col) {
                           return x.at<float>({0, row, col, 0});
                       }));
    int number = 0;
    for (const LayerReference& layer : model.layers()) {
        const std::string prefix = fmt::format("{}_{}", ++number, layer.name());
        for (const Variable& variable : layer.variables())
            if (variable.shape().rank() > 1)
                write_picture(
                    options.png,
                    fmt::format("{}_{}_{}", prefix, variable.name(), shape_text(variable.shape(), 0)),
                    draw_kernel(variable.value()));
        x = (*layer)(x);
        write_picture(options.png, fmt::format("{}_output_{}", prefix, shape_text(x.shape(), 1)),
                      draw_features(x));
    }
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
