#include "support/catch.hpp"
#include "support/gradient_cases.hpp"
#include "support/numbers.hpp"

#include <keratin/autograd/tape.hpp>
#include <keratin/ops/nn/activation.hpp>
#include <keratin/ops/nn/cross_entropy.hpp>

#include <cmath>
#include <cstdint>
#include <vector>

using namespace keratin;

namespace {

/// Labels 0, 3, 6, ... modulo classes, one per row of logits.
Tensor some_labels(const Shape& logits, DType dtype) {
    const Shape shape = logits.slice(0, logits.rank() - 1);
    std::vector<int64_t> labels(static_cast<size_t>(shape.size()));
    for (size_t i = 0; i < labels.size(); ++i) labels[i] = static_cast<int64_t>(3 * i) % logits.back();
    return convert(Tensor::from(labels, shape), dtype);
}

}  // namespace

TEST_CASE("sparse cross-entropy is minus the log of the label's share", "[ops][cross_entropy]") {
    const DType dtype = GENERATE(float32, float64);
    const DType label_dtype = GENERATE(int32, int64, uint8);
    for (const Shape& shape :
         {Shape{5, 10}, Shape{2, 3, 7}, Shape{4, 1}, Shape{0, 3}, Shape{6}, Shape{3, 1000}}) {
        const Tensor logits = numbers::distinct(shape, 1, 12.0, dtype);
        const Tensor labels = some_labels(shape, label_dtype);
        const auto logs = numbers::of(logits);
        const auto indices = numbers::of(labels);
        std::vector<double> expected;
        for (size_t row = 0; row < indices.size(); ++row) {
            const auto classes = static_cast<size_t>(shape.back());
            double sum = 0;
            for (size_t k = 0; k < classes; ++k) sum += std::exp(logs[row * classes + k]);
            expected.push_back(std::log(sum) - logs[row * classes + static_cast<size_t>(indices[row])]);
        }
        const Tensor loss = nn::sparse_softmax_cross_entropy_with_logits(labels, logits);
        INFO(shape);
        CHECK(loss.shape() == labels.shape());
        CHECK(numbers::difference(loss, expected) < (dtype == float32 ? 2e-6 : 1e-13));
    }
}

TEST_CASE("cross-entropy with one-hot targets is sparse cross-entropy", "[ops][cross_entropy]") {
    const Tensor logits = numbers::distinct({4, 5}, 1, 3.0);
    const Tensor labels = some_labels(logits.shape(), int32);
    std::vector<double> one_hot(20);
    for (size_t row = 0; row < 4; ++row) one_hot[row * 5 + static_cast<size_t>(numbers::of(labels)[row])] = 1;
    CHECK(numbers::difference(nn::softmax_cross_entropy_with_logits(Tensor::from(one_hot, {4, 5}), logits),
                              nn::sparse_softmax_cross_entropy_with_logits(labels, logits)) < 1e-14);
}

TEST_CASE("sigmoid cross-entropy agrees with its formula and is stable", "[ops][cross_entropy]") {
    const Tensor logits = numbers::distinct({3, 7}, 1, 5.0);
    const Tensor target = numbers::distinct({3, 7}, 2, 1.0);
    std::vector<double> expected;
    for (size_t i = 0; i < 21; ++i) {
        const double p = 1 / (1 + std::exp(-numbers::of(logits)[i]));
        const double t = numbers::of(target)[i];
        expected.push_back(-t * std::log(p) - (1 - t) * std::log(1 - p));
    }
    CHECK(numbers::difference(nn::sigmoid_cross_entropy_with_logits(target, logits), expected) < 1e-13);
    CHECK(numbers::of(nn::sigmoid_cross_entropy_with_logits(
              Tensor::from({0.f, 1.f}), Tensor::from({1e4f, -1e4f}))) == std::vector<double>{1e4, 1e4});

    GradientTape tape;
    const Tensor zero = zeros({1}, float64);
    tape.watch(zero);
    CHECK(
        tape.gradient(nn::sigmoid_cross_entropy_with_logits(ones({1}, float64), zero), zero).item<double>() ==
        -0.5);
}

TEST_CASE("the gradients of the cross-entropies, and theirs, agree with central differences",
          "[ops][cross_entropy]") {
    GradientCases cases;
    for (const Shape& shape :
         {Shape{3, 4}, Shape{2, 2, 3}, Shape{5}, Shape{2, 1}, Shape{0, 3}, Shape{1, 9}}) {
        const Tensor logits = numbers::distinct(shape, 1, 2.0);
        const Tensor target = numbers::distinct(shape, 2, 1.0);
        const Tensor labels = some_labels(shape, int64);
        cases.both("sparse",
                   [&](const std::vector<Tensor>& in) {
                       return nn::sparse_softmax_cross_entropy_with_logits(labels, in[0]);
                   },
                   {logits});
        cases.both(
            "softmax",
            [](const std::vector<Tensor>& in) { return nn::softmax_cross_entropy_with_logits(in[0], in[1]); },
            {target, logits});
        cases.both(
            "sigmoid",
            [](const std::vector<Tensor>& in) { return nn::sigmoid_cross_entropy_with_logits(in[0], in[1]); },
            {target, logits});
    }
    CHECK(cases.first_order() >= 18);
    CHECK(cases.second_order() >= 18);
}

TEST_CASE("the cross-entropies tell labels and shapes that do not fit", "[ops][cross_entropy][errors]") {
    const auto sparse = nn::sparse_softmax_cross_entropy_with_logits;
    CHECK_THROWS_MATCHES(
        sparse(Tensor::from({0, 2, 10}), zeros({3, 10})), ValueError,
        Message("sparse_softmax_cross_entropy_with_logits: labels[2] is 10, but logits have 10 "
                "classes; labels count from 0 to 9"));
    CHECK_THROWS_MATCHES(
        sparse(Tensor::from({0, 1, -1, 0}, {2, 2}), zeros({2, 2, 3})), ValueError,
        Message("sparse_softmax_cross_entropy_with_logits: labels[1, 0] is -1, but logits have 3 "
                "classes; labels count from 0 to 2"));
    CHECK_THROWS_MATCHES(
        sparse(Tensor::scalar(7, int64), zeros({3})), ValueError,
        Message("sparse_softmax_cross_entropy_with_logits: the label is 7, but logits have 3 "
                "classes; labels count from 0 to 2"));
    CHECK_THROWS_MATCHES(
        sparse(Tensor::from({0, 1}), zeros({3, 10})), ShapeError,
        Message("sparse_softmax_cross_entropy_with_logits: labels have shape (2,), logits (3, 10); "
                "give one label per row of logits, shape (3,)"));
    CHECK_THROWS_MATCHES(
        sparse(Tensor::from({0.f, 1.f}), zeros({2, 10})), DTypeError,
        Message("sparse_softmax_cross_entropy_with_logits: labels of shape (2,) are float32; int32, "
                "int64 or uint8 is needed, cast() them"));
    CHECK_THROWS_MATCHES(
        sparse(Tensor::from({0, 0}), zeros({2, 0})), ShapeError,
        Message("sparse_softmax_cross_entropy_with_logits: logits have shape (2, 0); a last axis of "
                "at least one class is needed"));
    CHECK_THROWS_MATCHES(
        nn::softmax_cross_entropy_with_logits(zeros({2, 3}), zeros({2, 4})), ShapeError,
        Message("softmax_cross_entropy_with_logits: target has shape (2, 3), logits (2, 4); both "
                "must have the same"));
    CHECK_THROWS_MATCHES(
        nn::sigmoid_cross_entropy_with_logits(zeros({2}, float64), zeros({2})), DTypeError,
        Message("sigmoid_cross_entropy_with_logits: target of shape (2,) is float64, logits of shape "
                "(2,) is float32; cast() one to the other's dtype"));
}
