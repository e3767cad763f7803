#pragma once

#include "conformance/hostile/calls.hpp"

#include <keratin/autograd/variable.hpp>
#include <keratin/core/random.hpp>
#include <keratin/losses.hpp>
#include <keratin/metrics.hpp>
#include <keratin/optimizers.hpp>

namespace conformance {

inline void add_creation_calls(Calls& calls) {
    calls.push_back({"zeros", [](Arguments& a) { return keratin::zeros(a.any_shape(), a.dtype()); }});
    calls.push_back(
        {"full", [](Arguments& a) { return keratin::full(a.any_shape(), a.scalar(), a.dtype()); }});
    calls.push_back({"zeros_like", [](Arguments& a) { return keratin::zeros_like(a.tensor()); }});
    calls.push_back({"arange", [](Arguments& a) {
                         // A range of numbers that memory could hold, but not in a second, proves nothing.
                         const double first = a.number();
                         const double last = a.one_in(3) ? a.number() : first + 5;
                         const double step = a.one_in(3) ? a.number() : 0.5;
                         const double count = (last - first) / step;
                         if (count > 1e5 && count < 1e14) return Tensor();
                         return keratin::arange(first, last, step, a.dtype());
                     }});
    calls.push_back({"eye", [](Arguments& a) { return keratin::eye(a.size(), a.dtype()); }});
    calls.push_back({"Tensor::from", [](Arguments& a) {
                         const std::vector<float> values(static_cast<size_t>(a.between(0, 6)), 1.0f);
                         return Tensor::from(values, a.one_in(3) ? Shape{std::ssize(values)} : a.any_shape());
                     }});
    calls.push_back({"Tensor::view", [](Arguments& a) {
                         const Tensor x = a.tensor();
                         return x.view(a.coin() ? a.part_of(x.shape()) : a.any_shape(),
                                       a.one_in(3) ? a.integer() : 0);
                     }});
    calls.push_back({"Tensor::item", [](Arguments& a) {
                         const Tensor x = a.coin() ? a.tensor({1}, a.dtype()) : a.tensor();
                         return Tensor::scalar(a.coin() ? x.item<double>()
                                                        : static_cast<double>(x.item<int32_t>()));
                     }});
    calls.push_back({"Tensor::at", [](Arguments& a) {
                         const Tensor x = a.fitting(a.shape(a.one_in(6) ? 1 : 2), keratin::float32);
                         return Tensor::scalar(x.at<float>({a.one_in(3) ? a.integer() : 0, a.between(0, 1)}));
                     }});
    calls.push_back({"to_string", [](Arguments& a) {
                         return Tensor::scalar(static_cast<double>(to_string(a.tensor()).size()));
                     }});
}

inline void add_random_calls(Calls& calls) {
    namespace random = keratin::random;
    calls.push_back({"random::normal", [](Arguments& a) {
                         return random::normal(
                             a.any_shape(), {.mean = a.number(), .stddev = a.number(), .dtype = a.dtype()});
                     }});
    calls.push_back({"random::truncated_normal", [](Arguments& a) {
                         return random::truncated_normal(a.any_shape(),
                                                         {.stddev = a.number(), .dtype = a.dtype()});
                     }});
    calls.push_back({"random::uniform", [](Arguments& a) {
                         return random::uniform(
                             a.any_shape(), {.minval = a.number(), .maxval = a.number(), .dtype = a.dtype()});
                     }});
    calls.push_back({"random::permutation", [](Arguments& a) { return random::permutation(a.size()); }});
}

inline void add_variable_calls(Calls& calls) {
    using keratin::Variable;
    calls.push_back({"Variable::assign", [](Arguments& a) {
                         const Variable variable = a.one_in(8) ? Variable() : Variable(a.tensor());
                         const Tensor value =
                             variable.built() ? a.fitting(variable.shape(), variable.dtype()) : a.tensor();
                         if (a.coin())
                             variable.assign(value);
                         else
                             variable.assign_add(value);
                         return variable.value();
                     }});
    calls.push_back({"Optimizer::apply", [](Arguments& a) {
                         const Shape shape = a.shape();
                         const Variable w(a.tensor(shape, a.one_in(8) ? a.dtype() : a.floating()));
                         const Tensor g = a.one_in(6) ? a.tensor() : a.tensor(shape, w.dtype());
                         const double rate = a.one_in(4) ? a.number() : 0.1;
                         const double decay = a.one_in(4) ? a.number() : 0.9;
                         std::optional<double> clip;
                         if (a.one_in(3)) clip = a.number();
                         const auto apply = [&](auto optimizer) {
                             optimizer.apply({&g, 1}, {&w, 1});
                             return w.value();
                         };
                         using namespace keratin::optimizers;
                         if (a.coin())
                             return apply(SGD({.learning_rate = rate, .momentum = decay, .clipnorm = clip}));
                         if (a.coin())
                             return apply(Adam({.learning_rate = rate, .beta_1 = decay, .clipvalue = clip}));
                         return apply(
                             RMSprop({.learning_rate = rate, .rho = decay, .global_clipnorm = clip}));
                     }});
}

inline void add_loss_and_metric_calls(Calls& calls) {
    for (const char* name : {"sparse_categorical_crossentropy", "categorical_crossentropy",
                             "binary_crossentropy", "mse", "mae"}) {
        const auto arguments = [name](Arguments& a) {
            const bool sparse = std::string(name).starts_with("sparse");
            const Tensor y_pred = a.fitting(a.shape(a.between(1, 3)), a.floating());
            const Shape samples = y_pred.rank() ? y_pred.shape().slice(0, -1) : Shape{};
            const Tensor y_true =
                sparse ? a.indices(samples, y_pred.rank() ? y_pred.shape().back() : 1) : a.partner(y_pred);
            const Tensor weight = a.coin() ? Tensor() : a.fitting(a.part_of(samples), keratin::float32);
            return std::array<Tensor, 3>{y_true, y_pred, weight};
        };
        calls.push_back({std::string("loss ") + name, [=](Arguments& a) {
                             const auto in = arguments(a);
                             return (*keratin::losses::Loss::from_name(name))(in[0], in[1], in[2]);
                         }});
        calls.push_back({std::string("metric ") + name, [=](Arguments& a) {
                             const auto in = arguments(a);
                             const auto metric = keratin::metrics::Metric::from_name(name);
                             metric->update_state(in[0], in[1], in[2]);
                             return Tensor::scalar(metric->result());
                         }});
    }
    for (const char* name : {"binary_accuracy", "categorical_accuracy", "sparse_categorical_accuracy",
                             "top_k_categorical_accuracy"})
        calls.push_back({name, [name](Arguments& a) {
                             const Tensor y_pred = a.tensor();
                             const bool sparse = std::string(name).starts_with("sparse") && y_pred.rank() > 0;
                             const Tensor y_true =
                                 sparse ? a.indices(y_pred.shape().slice(0, -1), 3) : a.partner(y_pred);
                             const auto metric = keratin::metrics::Metric::from_name(name);
                             metric->update_state(y_true, y_pred, a.one_in(3) ? a.tensor() : Tensor());
                             return Tensor::scalar(metric->result());
                         }});
}

inline void add_other_calls(Calls& calls) {
    add_creation_calls(calls);
    add_random_calls(calls);
    add_variable_calls(calls);
    add_loss_and_metric_calls(calls);
}

}  // namespace conformance
