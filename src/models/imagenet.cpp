#include <keratin/models/imagenet.hpp>

#include <keratin/core/error.hpp>
#include <keratin/ops/elementwise.hpp>
#include <keratin/ops/shaping.hpp>

#include <algorithm>
#include <numeric>

namespace keratin::models {

Tensor preprocess_input(const Tensor& images, PreprocessMode mode) {
    const Shape& shape = images.shape();
    if (shape.rank() < 1 || shape.back() != 3)
        fail<ShapeError>("preprocess_input: images have shape {}; the last extent must be 3, the colours",
                         shape);
    const Tensor x = is_floating(images.dtype()) ? images : convert(images, float32);
    const auto colours = [&](double a, double b, double c) {
        return convert(Tensor::from({a, b, c}, {3}), x.dtype());
    };
    if (mode.is("tf")) return x / 127.5 - 1.0;
    if (mode.is("torch")) return (x / 255.0 - colours(0.485, 0.456, 0.406)) / colours(0.229, 0.224, 0.225);
    const Tensor reversed = gather(x, Tensor::from({int64_t{2}, int64_t{1}, int64_t{0}}, {3}), -1);
    return reversed - colours(103.939, 116.779, 123.68);
}

std::vector<std::vector<Prediction>> decode_predictions(const Tensor& predictions,
                                                        const std::vector<std::string>& names, int64_t top) {
    const Shape& shape = predictions.shape();
    if (shape.rank() != 2)
        fail<ShapeError>("decode_predictions: predictions have shape {}; (samples, classes) was expected",
                         shape);
    const auto classes = static_cast<size_t>(shape[1]);
    if (names.size() != classes)
        fail<ValueError>("decode_predictions: there are {} names for {} classes; give one for each",
                         names.size(), classes);
    if (top < 1) fail<ValueError>("decode_predictions: top is {}; it must be at least 1", top);
    const size_t kept = std::min(static_cast<size_t>(top), classes);
    const Tensor scores = convert(predictions, float64);
    std::vector<std::vector<Prediction>> best(static_cast<size_t>(shape[0]));
    std::vector<size_t> order(classes);
    for (size_t row = 0; row < best.size(); ++row) {
        const double* const of_row = scores.data<double>().data() + row * classes;
        std::iota(order.begin(), order.end(), size_t{0});
        std::stable_sort(order.begin(), order.end(),
                         [&](size_t a, size_t b) { return of_row[a] > of_row[b]; });
        for (size_t i = 0; i < kept; ++i)
            best[row].push_back({static_cast<int64_t>(order[i]), names[order[i]], of_row[order[i]]});
    }
    return best;
}

}  // namespace keratin::models
