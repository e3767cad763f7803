#include "onnx/import/graph.hpp"

#include <keratin/layers/up_sampling1d.hpp>
#include <keratin/layers/up_sampling2d.hpp>

#include <cmath>

namespace keratin::onnx {
namespace {

/// How a Resize finds the pixels that an output pixel is made of.
struct Sampling {
    std::string mode, coordinates, nearest;
    double cubic;
    bool exclude_outside;

    explicit Sampling(const Node& node)
        : mode(node.text("mode", "nearest")),
          coordinates(node.text("coordinate_transformation_mode",
                                node.importer.opset() < 11 ? "asymmetric" : "half_pixel")),
          nearest(node.text("nearest_mode", node.importer.opset() < 11 ? "floor" : "round_prefer_floor")),
          cubic(node.number("cubic_coeff_a", -0.75)),
          exclude_outside(node.integer("exclude_outside", 0) != 0) {
        if (mode == "bilinear") mode = "linear";
        if (mode != "nearest" && mode != "linear" && mode != "cubic") node.wrong("mode is '{}'", mode);
        const auto among = [](const std::string& word, std::initializer_list<std::string_view> words) {
            return std::find(words.begin(), words.end(), word) != words.end();
        };
        if (!among(coordinates, {"asymmetric", "align_corners", "half_pixel", "pytorch_half_pixel",
                                 "tf_half_pixel_for_nn", "half_pixel_symmetric"}))
            node.wrong("coordinate_transformation_mode is '{}', which keratin does not read", coordinates);
        if (!among(nearest, {"floor", "ceil", "round_prefer_floor", "round_prefer_ceil"}))
            node.wrong("nearest_mode is '{}'", nearest);
        if (node.integer("antialias", 0)) node.wrong("it smooths what gets smaller, which keratin does not");
        if (node.text("keep_aspect_ratio_policy", "stretch") != "stretch")
            node.wrong("it keeps the aspect ratio, which keratin does not");
    }

    double coordinate(int64_t i, double scale, int64_t in, int64_t out) const {
        const auto x = static_cast<double>(i);
        if (coordinates == "asymmetric") return x / scale;
        // ONNX's own tests take the extent before it is rounded down.
        const double resized = scale * static_cast<double>(in);
        if (coordinates == "align_corners")
            return out == 1 || resized == 1 ? 0 : x * static_cast<double>(in - 1) / (resized - 1);
        if (coordinates == "half_pixel") return (x + 0.5) / scale - 0.5;
        if (coordinates == "pytorch_half_pixel") return out > 1 ? (x + 0.5) / scale - 0.5 : 0;
        if (coordinates == "tf_half_pixel_for_nn") return (x + 0.5) / scale;
        const double adjustment = static_cast<double>(out) / resized;  // half_pixel_symmetric
        const double center = static_cast<double>(in) / 2;
        return center * (1 - adjustment) + (x + 0.5) / scale - 0.5;
    }

    int64_t rounded(double x) const {
        if (nearest == "floor") return static_cast<int64_t>(std::floor(x));
        if (nearest == "ceil") return static_cast<int64_t>(std::ceil(x));
        if (nearest == "round_prefer_floor") return static_cast<int64_t>(std::ceil(x - 0.5));
        return static_cast<int64_t>(std::floor(x + 0.5));
    }

    /// The weights of the pixels from floor(x) - 1 on.
    std::vector<std::pair<int64_t, double>> taps(double x) const {
        const double whole = std::floor(x), t = x - whole;
        const auto first = static_cast<int64_t>(whole);
        if (mode == "linear") return {{first, 1 - t}, {first + 1, t}};
        const auto near = [&](double d) { return ((cubic + 2) * d - (cubic + 3)) * d * d + 1; };
        const auto far = [&](double d) { return ((cubic * d - 5 * cubic) * d + 8 * cubic) * d - 4 * cubic; };
        return {{first - 1, far(t + 1)}, {first, near(t)}, {first + 1, near(1 - t)}, {first + 2, far(2 - t)}};
    }

    /// (in, out): each column makes one output pixel.
    Tensor matrix(int64_t in, int64_t out, double scale) const {
        Tensor result = zeros({in, out}, float64);
        const auto to = result.mutable_data<double>();
        for (int64_t i = 0; i < out; ++i) {
            std::vector<double> column(static_cast<size_t>(in), 0);
            double sum = 0;
            for (const auto& [place, weight] : taps(coordinate(i, scale, in, out))) {
                if (exclude_outside && (place < 0 || place >= in)) continue;
                column[static_cast<size_t>(std::clamp<int64_t>(place, 0, in - 1))] += weight;
                sum += weight;
            }
            for (int64_t j = 0; j < in; ++j)
                to[static_cast<size_t>(j * out + i)] =
                    column[static_cast<size_t>(j)] / (exclude_outside ? sum : 1);
        }
        return result;
    }

    /// The pixel that each output pixel is, of mode "nearest".
    Tensor places(int64_t in, int64_t out, double scale) const {
        Tensor result = zeros({out}, int64);
        const auto to = result.mutable_data<int64_t>();
        for (int64_t i = 0; i < out; ++i)
            to[static_cast<size_t>(i)] =
                std::clamp<int64_t>(rounded(coordinate(i, scale, in, out)), 0, in - 1);
        return result;
    }

    /// True when each pixel becomes `factor` equal ones.
    bool repeats(int64_t in, int64_t factor) const {
        if (mode != "nearest") return false;
        for (int64_t i = 0; i < std::min<int64_t>(in, 8) * factor; ++i) {
            const int64_t place = rounded(coordinate(i, static_cast<double>(factor), in, in * factor));
            if (std::clamp<int64_t>(place, 0, in - 1) != i / factor) return false;
        }
        return true;
    }
};

struct Change {
    int64_t in, out;
    double scale;
};

/// The extents and factors of each axis, from scales or sizes.
std::vector<Change> changes_of(const Node& node, const Operand& x) {
    const bool old =
        node.importer.opset() < 11;  // Upsample, and the first Resize: scales are the second input
    const auto rank = static_cast<size_t>(x.rank());
    const Shape shape = x.shape();
    std::vector<Change> changes;
    for (const int64_t extent : shape) changes.push_back({extent, extent, 1});
    const Order axes =
        node.has_attribute("axes") ? node.axes(node.ints("axes"), x.rank()) : natural_order(x.rank());
    const size_t scales_at = old ? 1 : 2;
    std::vector<double> scales = node.op() == "Upsample" && node.has_attribute("scales")
                                     ? node.numbers("scales")
                                     : std::vector<double>{};
    if (scales.empty() && node.has(scales_at)) {
        const Tensor wide = convert(node.constant(scales_at), float64);
        scales.assign(wide.data<double>().begin(), wide.data<double>().end());
    }
    const Ints sizes = !old && node.has(3) ? node.extents_of_input(3) : Ints{};
    if (scales.size() != (sizes.empty() ? axes.size() : 0) || (!sizes.empty() && sizes.size() != axes.size()))
        node.wrong("it has {} scales and {} sizes for {} axes", scales.size(), sizes.size(), axes.size());
    Ints result(rank);
    for (size_t i = 0; i < axes.size(); ++i) {
        Change& change = changes[static_cast<size_t>(axes[i])];
        if (!sizes.empty()) {
            if (change.in == sizes[i] || (change.in == Shape::unknown && sizes[i] == -1)) continue;
            if (change.in < 1 || sizes[i] < 1)
                node.wrong("axis {} of input {} becomes {}", axes[i], shape, sizes[i]);
            change.out = sizes[i];
            change.scale = static_cast<double>(change.out) / static_cast<double>(change.in);
        } else {
            change.scale = scales[i];
            if (!(change.scale > 0 && change.scale < 1e6)) node.wrong("a scale is {}", change.scale);
            if (change.in != Shape::unknown)
                change.out = static_cast<int64_t>(
                    std::floor(static_cast<float>(change.in) * static_cast<float>(change.scale)));
        }
    }
    for (size_t i = 0; i < rank; ++i) result[i] = changes[i].out;
    node.check_size(result);
    return changes;
}

/// Whole factors of what is stored between batch and channels, as layers.
bool by_up_sampling(const Node& node, const Operand& x, const Sampling& how,
                    const std::vector<Change>& changes) {
    if (x.is_constant() || x.dtype() != float32 || (x.rank() != 3 && x.rank() != 4)) return false;
    Ints factors(changes.size(), 1);
    const bool smooth = x.rank() == 4 && how.mode == "linear" &&
                        (how.coordinates == "half_pixel" || how.coordinates == "pytorch_half_pixel");
    for (size_t i = 0; i < changes.size(); ++i) {
        const double scale = changes[i].scale;
        if (scale != std::floor(scale)) return false;
        int64_t& factor = factors[static_cast<size_t>(x.order[i])];
        factor = static_cast<int64_t>(scale);
        const int64_t in = changes[i].in == Shape::unknown ? 8 : changes[i].in;
        if (factor != 1 && !smooth && !how.repeats(in, factor)) return false;
    }
    if (factors.front() != 1 || factors.back() != 1) return false;
    const Interpolation interpolation = smooth ? Interpolation("bilinear") : Interpolation("nearest");
    Operand y = x;
    if (x.rank() == 3)
        y.x = node.layer(layers::UpSampling1D(factors[1], {.name = node.layer_name()}), x.x);
    else
        y.x = node.layer(layers::UpSampling2D(Size2(factors[1], factors[2]),
                                              {.interpolation = interpolation, .name = node.layer_name()}),
                         x.x);
    node.give(y);
    return true;
}

/// The axis of x by a matrix.
Operand product(const Node& node, Operand x, int axis, const Tensor& matrix) {
    const bool last = axis == x.rank() - 1;
    const Config swap = Config::object({{"axis1", axis}, {"axis2", -1}});
    if (!last) x = node.call("numpy.Swapaxes", {x}, swap);
    x = node.call("numpy.Matmul", {x, constant_value(matrix)});
    return last ? x : node.call("numpy.Swapaxes", {x}, swap);
}

void resize(const Node& node) {
    Operand x = node.input(0);
    if (!x.flattened.empty()) x = node.natural(x);
    const Sampling how(node);
    const std::vector<Change> changes = changes_of(node, x);
    if (by_up_sampling(node, x, how, changes)) return;
    const DType given = x.dtype(),
                precision = given == float64 || (!is_floating(given) && given != uint8) ? float64 : float32;
    if (how.mode != "nearest") x = node.cast(x, precision);
    for (size_t axis = 0; axis < changes.size(); ++axis) {
        const Change& change = changes[axis];
        if (change.scale == 1) continue;
        if (change.in == Shape::unknown) node.wrong("axis {} of input {} must be known", axis, x.shape());
        if (change.in < 1 || change.out < 1)
            node.wrong("axis {} of input {} becomes {}", axis, x.shape(), change.out);
        node.check_size({change.in, change.out});
        const Order order = x.is_constant() ? natural_order(x.rank()) : x.order;
        const int place = order[axis];
        Operand y = x.is_constant() ? x : dynamic_value(x.x);
        if (how.mode == "nearest")
            y = node.call("numpy.Take", {y, constant_value(how.places(change.in, change.out, change.scale))},
                          Config::object({{"axis", place}}));
        else
            y = product(node, y, place, convert(how.matrix(change.in, change.out, change.scale), precision));
        if (!y.is_constant()) y.order = order;
        x = y;
    }
    node.give(node.cast(x, given));
}

}  // namespace

void add_resizing(OperatorReaders& readers) {
    readers["Resize"] = readers["Upsample"] = resize;
}

}  // namespace keratin::onnx
