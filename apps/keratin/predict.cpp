#include "commands.hpp"
#include "opened.hpp"

#include <keratin/core/config.hpp>
#include <keratin/core/error.hpp>
#include <keratin/data/image_utils.hpp>
#include <keratin/ops/elementwise.hpp>
#include <keratin/ops/shaping.hpp>

#include <algorithm>
#include <cmath>
#include <fstream>
#include <numeric>

namespace tool {

using namespace keratin;

namespace {

/// (height, width, channels) of the model's one input; 0 where any will do.
struct ImageInput {
    int64_t height, width, channels;
};

ImageInput image_input(const Model& model, const std::string& path) {
    const std::optional<Shape> shape = model.input_shape();
    if (!shape || shape->rank() != 4 || (*shape)[3] == Shape::unknown)
        fail<ValueError>(
            "{}: predict wants a model of pictures, (batch, height, width, channels); its input is {}", path,
            shape ? to_string(*shape) : "not known");
    const auto known = [](int64_t extent) { return extent == Shape::unknown ? 0 : extent; };
    return {known((*shape)[1]), known((*shape)[2]), (*shape)[3]};
}

utils::ColorMode color_mode(int64_t channels, const std::string& path) {
    switch (channels) {
        case 1:
            return "grayscale";
        case 3:
            return "rgb";
        case 4:
            return "rgba";
        default:
            fail<ValueError>("{}: its input has {} channels; pictures have 1, 3 or 4", path, channels);
    }
}

Tensor read(const std::string& image, const ImageInput& input, const PredictOptions& options) {
    utils::LoadImgOptions load{.color_mode = color_mode(input.channels, options.model),
                               .interpolation = "bilinear"};
    if (input.height > 0 && input.width > 0) load.target_size = Size2{input.height, input.width};
    const Tensor pixels = utils::img_to_array(utils::load_img(image, load));
    return expand_dims(pixels * options.scale + options.offset, 0);
}

std::vector<std::string> read_labels(const std::string& path) {
    std::vector<std::string> labels;
    if (path.empty()) return labels;
    std::ifstream file(path);
    if (!file) fail<IoError>("{}: cannot be opened", path);
    for (std::string line; std::getline(file, line);) {
        if (line.ends_with('\r')) line.pop_back();
        labels.push_back(line);
    }
    while (!labels.empty() && labels.back().empty()) labels.pop_back();
    return labels;
}

/// Of fewer or more names than classes some would be others'.
void require_label_of_each(size_t classes, const std::vector<std::string>& labels,
                           const PredictOptions& options) {
    if (!options.labels.empty() && labels.size() != classes)
        fail<ValueError>("{}: it has {} lines, and {} gives {} numbers; there must be a line for each",
                         options.labels, labels.size(), options.model, classes);
}

/// The largest outputs, first the largest; last what is no number.
std::vector<size_t> largest(std::span<const float> values, int64_t count) {
    std::vector<size_t> order(values.size());
    std::iota(order.begin(), order.end(), size_t{0});
    std::stable_sort(order.begin(), order.end(), [&](size_t a, size_t b) {
        return std::isnan(values[b]) ? !std::isnan(values[a]) : values[a] > values[b];
    });
    order.resize(std::min(order.size(), static_cast<size_t>(count)));
    return order;
}

}  // namespace

int predict(const PredictOptions& options) {
    const std::shared_ptr<Model> model = open_model(options.model, options.limits);
    const ImageInput input = image_input(*model, options.model);
    const std::vector<std::string> labels = read_labels(options.labels);
    Config::List results;
    for (const std::string& image : options.images) {
        const Tensor output = convert(model->predict(read(image, input, options)), float32);
        const std::span<const float> values = output.data<float>();
        require_label_of_each(values.size(), labels, options);
        Config::List classes;
        if (!options.json) fmt::print("{}:", image);
        for (const size_t index : largest(values, options.top)) {
            const std::string label = labels.empty() ? std::to_string(index) : labels[index];
            if (!options.json) fmt::print("  {} {:.4f}", label, values[index]);
            classes.push_back(Config::object({{"class", index}, {"label", label}, {"value", values[index]}}));
        }
        if (!options.json) fmt::print("\n");
        results.push_back(Config::object(
            {{"image", image}, {"output_shape", output.shape()}, {"largest", std::move(classes)}}));
    }
    if (options.json)
        fmt::print(
            "{}\n",
            Config::object({{"model", options.model}, {"predictions", std::move(results)}}).to_json(2));
    return 0;
}

}  // namespace tool
