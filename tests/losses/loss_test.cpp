#include "support/catch.hpp"

#include "support/golden_match.hpp"
#include "support/golden_tensor.hpp"

#include <keratin/autograd/check_gradients.hpp>
#include <keratin/autograd/tape.hpp>
#include <keratin/core/random.hpp>
#include <keratin/losses.hpp>
#include <keratin/ops/elementwise.hpp>
#include <keratin/ops/nn/activation.hpp>
#include <keratin/ops/reduce.hpp>

using namespace keratin;
using nlohmann::json;

namespace {

template <class Options>
void read_common(const json& args, Options& options) {
    if (args.contains("from_logits")) options.from_logits = args["from_logits"];
    if (args.contains("reduction"))
        options.reduction = losses::reduction(args["reduction"].get<std::string>());
    if (args.contains("axis")) options.axis = args["axis"];
}

/// The loss that a golden case names; null for one that is not offered.
std::shared_ptr<losses::Loss> make_loss(const std::string& name, const json& args) {
    if (name == "SparseCategoricalCrossentropy") {
        losses::SparseCategoricalCrossentropyOptions options;
        read_common(args, options);
        if (args.contains("ignore_class")) options.ignore_class = args["ignore_class"].get<int64_t>();
        return std::make_shared<losses::SparseCategoricalCrossentropy>(options);
    }
    if (name == "CategoricalCrossentropy") {
        losses::CategoricalCrossentropyOptions options;
        read_common(args, options);
        options.label_smoothing = args.value("label_smoothing", 0.0);
        return std::make_shared<losses::CategoricalCrossentropy>(options);
    }
    if (name == "BinaryCrossentropy") {
        losses::BinaryCrossentropyOptions options;
        read_common(args, options);
        options.label_smoothing = args.value("label_smoothing", 0.0);
        return std::make_shared<losses::BinaryCrossentropy>(options);
    }
    const auto reduction = losses::reduction(args.value("reduction", "sum_over_batch_size"));
    if (name == "MeanSquaredError")
        return std::make_shared<losses::MeanSquaredError>(
            losses::MeanSquaredErrorOptions{.reduction = reduction});
    if (name == "MeanAbsoluteError")
        return std::make_shared<losses::MeanAbsoluteError>(
            losses::MeanAbsoluteErrorOptions{.reduction = reduction});
    return nullptr;
}

Tensor optional_tensor(const json& entry) {
    return entry.is_null() ? Tensor() : golden::tensor(entry);
}

double forward_rtol(const Tensor& x) {
    return x.dtype() == float64 ? 1e-9 : 1e-5;
}

}  // namespace

TEST_CASE("Losses and their gradients are Keras's", "[losses][golden]") {
    int compared = 0;
    for (const json& c : golden::load("losses.json")["cases"]) {
        const auto loss = make_loss(c["loss"], c["args"]);
        if (!loss) continue;
        INFO(c["name"].get<std::string>());
        const Tensor y_pred = golden::tensor(c["y_pred"]);
        GradientTape tape;
        tape.watch(y_pred);
        const Tensor value =
            (*loss)(golden::tensor(c["y_true"]), y_pred, optional_tensor(c["sample_weight"]));
        CHECK(golden::mismatch(value, c["value"], forward_rtol(y_pred), 1e-6) == "");
        CHECK(golden::mismatch(tape.gradient(value, y_pred, {.unconnected_as_zeros = true}), c["gradient"],
                               1e-4, 1e-6) == "");
        ++compared;
    }
    CHECK(compared >= 80);
}

TEST_CASE("A crossentropy behind its activation works on the logits, as in Keras", "[losses][golden]") {
    int compared = 0;
    for (const json& c : golden::load("losses.json")["through_activation"]) {
        const auto loss = make_loss(c["loss"], c["args"]);
        if (!loss) continue;
        INFO(c["name"].get<std::string>());
        REQUIRE(loss->takes_logits(c["activation"].get<std::string>()));
        const Tensor logits = golden::tensor(c["logits"]);
        GradientTape tape;
        tape.watch(logits);
        const Tensor value = loss->on_logits(golden::tensor(c["y_true"]), logits);
        CHECK(golden::mismatch(value, c["value"], 1e-5, 1e-6) == "");
        CHECK(golden::mismatch(tape.gradient(value, logits), c["gradient"], 1e-4, 1e-6) == "");
        ++compared;
    }
    CHECK(compared >= 6);
}

TEST_CASE("Loss gradients agree with central differences", "[losses][gradients]") {
    const Tensor target = nn::softmax(random::normal({4, 3}, {.dtype = float64, .seed = 1}));
    const Tensor logits = random::normal({4, 3}, {.dtype = float64, .seed = 2});
    const Tensor labels = Tensor::from({0, 2, 1, 1});
    const Tensor weight = Tensor::from({0.5, 0.0, 2.0, 1.0});
    const auto check = [&](const losses::Loss& loss, const Tensor& y_true, const Tensor& y_pred) {
        INFO(loss.name());
        CHECK(check_gradients([&](const Tensor& p) { return loss(y_true, p, weight); }, {y_pred}));
    };
    check(losses::SparseCategoricalCrossentropy({.from_logits = true}), labels, logits);
    check(losses::SparseCategoricalCrossentropy(), labels, nn::softmax(logits));
    check(losses::SparseCategoricalCrossentropy({.from_logits = true, .ignore_class = 1}), labels, logits);
    check(losses::CategoricalCrossentropy({.from_logits = true, .label_smoothing = 0.1}), target, logits);
    check(losses::CategoricalCrossentropy({.label_smoothing = 0.1}), target, nn::softmax(logits));
    check(losses::BinaryCrossentropy({.from_logits = true}), target, logits);
    check(losses::BinaryCrossentropy({.label_smoothing = 0.2}), target, sigmoid(logits));
    check(losses::MeanSquaredError(), target, logits);
    check(losses::MeanAbsoluteError(), target, logits);
}

TEST_CASE("A function of (y_true, y_pred) serves as a loss", "[losses]") {
    const LossHandle loss = [](const Tensor& t, const Tensor& p) { return reduce_sum(square(t - p), -1); };
    CHECK((*loss)(zeros({2, 2}), Tensor::from({1.f, 2.f, 3.f, 4.f}, {2, 2})).item<double>() == Approx(15));
}

TEST_CASE("Losses say what is wrong with their arguments", "[losses][errors]") {
    CHECK_THROWS_MATCHES(
        losses::SparseCategoricalCrossentropy()(Tensor::from({0, 7}), zeros({2, 3})), ValueError,
        Message("sparse_softmax_cross_entropy_with_logits: labels[1] is 7, but logits have 3 "
                "classes; labels count from 0 to 2"));
    CHECK_THROWS_MATCHES(losses::SparseCategoricalCrossentropy()(zeros({2, 3}), zeros({2, 3})), ShapeError,
                         Message("sparse_categorical_crossentropy: y_true has shape (2, 3), y_pred (2, 3); "
                                 "expected class numbers of "
                                 "shape (2,) (one-hot targets go with CategoricalCrossentropy)"));
    CHECK_THROWS_MATCHES(
        losses::MeanSquaredError()(zeros({2, 3}), zeros({2, 4})), ShapeError,
        Message("mean_squared_error: y_true has shape (2, 3), y_pred (2, 4); they must agree"));
    CHECK_THROWS_MATCHES(losses::MeanSquaredError()(zeros({2}), zeros({2}, int32)), DTypeError,
                         Message("mean_squared_error: y_pred is int32; predictions are float32 or float64"));
    CHECK_THROWS_MATCHES(
        losses::MeanSquaredError()(zeros({2, 3}), zeros({2, 3}), ones({5})), ShapeError,
        Message("mean_squared_error: sample_weight has shape (5,), the losses of the samples (2,); "
                "give one weight per sample"));
    CHECK_THROWS_MATCHES(losses::CategoricalCrossentropy({.label_smoothing = 2}), ValueError,
                         Message("categorical_crossentropy: label_smoothing is 2; it must be in [0, 1]"));
    CHECK_THROWS_MATCHES(
        losses::reduction("avg"), ValueError,
        Message("reduction: \"avg\" is not known; use \"sum_over_batch_size\", \"sum\", \"none\" or "
                "\"mean_with_sample_weight\""));
    CHECK_THROWS_AS(LossHandle("hinge_of_doom"), ValueError);
}
