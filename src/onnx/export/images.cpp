#include "onnx/export/layers.hpp"

#include <algorithm>

namespace keratin::onnx {
namespace {

/// What an image of these extents is reduced or enlarged to; those that are open stay as they are.
std::string sizes_of(GraphWriter& graph, const Value& x, const Shape& to) {
    const Ints extents = in_file_order(x, Ints(to.begin(), to.end()));
    std::vector<std::string> parts;
    for (size_t i = 0; i < extents.size();) {
        if (extents[i] == Shape::unknown) {
            const auto axis = static_cast<int64_t>(i++);
            parts.push_back(graph.node("Shape", {x.name}, {{"start", axis}, {"end", axis + 1}}));
            continue;
        }
        Ints known;
        while (i < extents.size() && extents[i] != Shape::unknown) known.push_back(extents[i++]);
        parts.push_back(graph.ints(known));
    }
    return parts.size() == 1 ? parts.front() : graph.node("Concat", parts, {{"axis", int64_t{0}}});
}

/// As Keras has it: pixels are squares. By factors of the axes where there are some, else to a shape.
Value resized(GraphWriter& graph, const Value& given, bool smooth, const std::vector<float>& factors,
              const Shape& to) {
    const Value x = smooth ? graph.channels_first(given) : given;
    Attributes attributes = {{"mode", std::string(smooth ? "linear" : "nearest")},
                             {"coordinate_transformation_mode", std::string("half_pixel")}};
    if (!smooth) attributes.emplace_back("nearest_mode", std::string("round_prefer_ceil"));
    std::vector<std::string> inputs = {x.name, ""};
    if (factors.empty()) {
        inputs.insert(inputs.end(), {"", sizes_of(graph, x, to)});
    } else {
        std::vector<float> ordered(factors.size());
        for (size_t i = 0; i < factors.size(); ++i)
            ordered[static_cast<size_t>(x.axis(static_cast<int>(i)))] = factors[i];
        inputs.push_back(graph.weight(Tensor::from(ordered), "scales"));
    }
    Value y = x;
    y.name = graph.node("Resize", inputs, attributes);
    return y;
}

std::vector<Value> up_sampled(LayerCall& call) {
    std::vector<float> factors = {1.F};
    for (const int64_t factor : extents_of(call.config["size"]))
        factors.push_back(static_cast<float>(factor));
    factors.push_back(1.F);
    const Config* how = call.config.find("interpolation");
    const bool smooth = how && how->as_string() == "bilinear";
    return {resized(call.graph, call.x(), smooth, factors, {})};
}

struct Box {
    int64_t top, left, rows, cols;
};

/// As layers/images.cpp: the middle of the image that has the aspect of the target.
Box box_of_aspect(int64_t rows, int64_t cols, int64_t to_rows, int64_t to_cols) {
    const auto fitting = [](int64_t other, int64_t side, int64_t other_side, int64_t limit) {
        const double exact = static_cast<double>(other * side) / static_cast<double>(other_side);
        return std::max<int64_t>(std::min(limit, static_cast<int64_t>(exact)), 1);
    };
    const int64_t high = fitting(cols, to_rows, to_cols, rows), wide = fitting(rows, to_cols, to_rows, cols);
    return {(rows - high) / 2, (cols - wide) / 2, high, wide};
}

Value cropped(GraphWriter& graph, const Value& x, const Box& box) {
    Value y = sliced(graph, x, {1, 2}, {box.top, box.left}, {box.top + box.rows, box.left + box.cols});
    y.shape = x.shape.with(1, box.rows).with(2, box.cols);
    return y;
}

/// By the extents, as a factor that is rounded may fall short of them.
Value to_size(LayerCall& call, const Value& x, bool smooth) {
    return resized(call.graph, x, smooth, {}, call.shapes.front());
}

void require_images(const LayerCall& call) {
    if (call.x().rank() != 4) call.refuse("its input is a single image, without a batch");
    if (call.x().shape[1] == Shape::unknown || call.x().shape[2] == Shape::unknown)
        call.refuse(fmt::format("its input has shape {}; height and width must be known", call.x().shape));
}

std::vector<Value> resizing(LayerCall& call) {
    require_images(call);
    const bool smooth = call.word("interpolation") == "bilinear";
    if (call.flag("pad_to_aspect_ratio")) call.refuse("pad_to_aspect_ratio is set");
    if (!is_floating(call.x().dtype)) call.refuse("it would round to integers");
    Value x = call.x();
    const int64_t rows = x.shape[1], cols = x.shape[2];
    if (call.flag("crop_to_aspect_ratio"))
        x = cropped(call.graph, x, box_of_aspect(rows, cols, call.integer("height"), call.integer("width")));
    return {to_size(call, x, smooth)};
}

/// The middle, where there is enough around it; otherwise what fills the target, as of a RandomCrop when
/// nothing trains.
std::vector<Value> center_cropped(LayerCall& call) {
    require_images(call);
    const Value x = call.graph.cast(call.x(), float32);
    const int64_t rows = x.shape[1], cols = x.shape[2];
    const int64_t height = call.integer("height"), width = call.integer("width");
    if (call.layer.class_name() == "CenterCrop" && rows >= height && cols >= width)
        return {cropped(call.graph, x, {(rows - height) / 2, (cols - width) / 2, height, width})};
    return {to_size(call, cropped(call.graph, x, box_of_aspect(rows, cols, height, width)), true)};
}

}  // namespace

void add_images(LayerWriters& writers) {
    writers["UpSampling1D"] = writers["UpSampling2D"] = up_sampled;
    writers["Resizing"] = resizing;
    writers["CenterCrop"] = writers["RandomCrop"] = center_cropped;
}

}  // namespace keratin::onnx
