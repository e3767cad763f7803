#include "metrics/counting.hpp"

#include <keratin/core/error.hpp>
#include <keratin/ops/shaping.hpp>

#include <numeric>

namespace keratin::metrics {

std::vector<double> thresholds_of(const OneOrMore<double>& given, double otherwise,
                                  const std::string& owner) {
    if (given.values().empty()) return {otherwise};
    for (const double threshold : given.values())
        if (!(threshold >= 0 && threshold <= 1))
            fail<ValueError>("{}: a threshold is {}; it must be in [0, 1]", owner, threshold);
    return given.values();
}

Config thresholds_config(const OneOrMore<double>& given) {
    const std::vector<double>& values = given.values();
    if (values.empty()) return {};
    return values.size() == 1 ? Config(values.front()) : Config(Config::List(values.begin(), values.end()));
}

Tensor as_values(const std::vector<double>& numbers) {
    if (numbers.size() == 1) return Tensor::scalar(numbers.front(), float32);
    return convert(Tensor::from(numbers), float32);
}

double mean_of(const std::vector<double>& numbers) {
    if (numbers.empty()) return 0;
    return std::accumulate(numbers.begin(), numbers.end(), 0.0) / static_cast<double>(numbers.size());
}

Tensor spread_weight(const Tensor& sample_weight, const Shape& shape, const std::string& owner) {
    Tensor weight = convert(sample_weight, float64);
    while (weight.rank() > shape.rank() && weight.shape().back() == 1) weight = squeeze(weight, -1);
    while (weight.rank() < shape.rank()) weight = expand_dims(weight, -1);
    bool fits = weight.rank() == shape.rank();
    for (int axis = 0; fits && axis < shape.rank(); ++axis)
        fits = weight.shape()[axis] == shape[axis] || weight.shape()[axis] == 1;
    if (!fits)
        fail<ShapeError>("{}: sample_weight has shape {}, the predictions {}; give one weight per sample",
                         owner, sample_weight.shape(), shape);
    return broadcast_to(weight, shape);
}

std::vector<double> numbers_by(const Config& state, size_t each, const std::string& owner) {
    std::vector<double> numbers;
    for (const Config& number : state.as_list()) numbers.push_back(number.as_number());
    if (numbers.size() % each != 0)
        fail<ValueError>("{}: a saved state of {} numbers; a multiple of {} is needed", owner, numbers.size(),
                         each);
    return numbers;
}

std::vector<double> numbers_of(const Config& state, size_t count, const std::string& owner) {
    const std::vector<double> numbers = numbers_by(state, 1, owner);
    if (numbers.size() != count)
        fail<ValueError>("{}: a saved state of {} numbers; {} are needed", owner, numbers.size(), count);
    return numbers;
}

Config state_of(const std::vector<double>& numbers) {
    return Config::List(numbers.begin(), numbers.end());
}

}  // namespace keratin::metrics
