#pragma once

#include "support/numbers.hpp"

#include <keratin/layers/dense.hpp>
#include <keratin/models/sequential.hpp>
#include <keratin/ops/elementwise.hpp>
#include <keratin/ops/reduce.hpp>
#include <keratin/optimizers/sgd.hpp>

#include <functional>
#include <memory>
#include <numeric>
#include <string>
#include <vector>

/// A model that tells which samples it was given, batch by batch.
namespace watched {

using Batches = std::vector<std::vector<int>>;

/// n samples that carry their number: x = (number, 1), y = (number).
inline keratin::Dataset numbered(int n, int first = 0) {
    std::vector<float> x, y;
    for (int i = first; i < first + n; ++i) {
        x.insert(x.end(), {static_cast<float>(i), 1.0f});
        y.push_back(static_cast<float>(i));
    }
    return {keratin::Tensor::from(x, {n, 2}), keratin::Tensor::from(y, {n, 1})};
}

inline std::vector<int> numbers_of(const keratin::Tensor& y) {
    std::vector<int> result;
    for (const double value : numbers::of(y)) result.push_back(static_cast<int>(value));
    return result;
}

inline std::vector<int> range(int first, int last) {
    std::vector<int> result(static_cast<size_t>(last - first));
    std::iota(result.begin(), result.end(), first);
    return result;
}

/// Dense(1) with a tiny rate; every batch that its loss sees goes into `seen`.
inline keratin::Sequential model(Batches& seen) {
    keratin::Sequential model(keratin::layers::Dense(1, {.kernel_initializer = "zeros"}));
    const auto loss = [&seen](const keratin::Tensor& y_true, const keratin::Tensor& y_pred) {
        seen.push_back(numbers_of(y_true));
        return keratin::reduce_mean(keratin::square(y_true - y_pred), -1);
    };
    model.compile({.optimizer = keratin::optimizers::SGD({.learning_rate = 1e-4}), .loss = loss});
    return model;
}

/// A metric that shows what it is given.
class Spy : public keratin::metrics::Metric {
public:
    using Function = std::function<void(const keratin::Tensor& y_true, const keratin::Tensor& y_pred,
                                        const keratin::Tensor& sample_weight)>;
    explicit Spy(Function function, std::string name = "spy")
        : Metric(std::move(name)), function_(std::move(function)) {}

    void update_state(const keratin::Tensor& y_true, const keratin::Tensor& y_pred,
                      const keratin::Tensor& sample_weight = {}) override {
        function_(y_true, y_pred, sample_weight);
        ++updates_;
    }
    double result() const override { return updates_; }
    void reset_state() override { updates_ = 0; }
    std::shared_ptr<Metric> fresh() const override { return std::make_shared<Spy>(function_, name()); }

private:
    Function function_;
    int updates_ = 0;
};

inline std::vector<int> joined(const Batches& batches) {
    std::vector<int> result;
    for (const std::vector<int>& batch : batches) result.insert(result.end(), batch.begin(), batch.end());
    return result;
}

}  // namespace watched
