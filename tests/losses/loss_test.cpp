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
#include <keratin/ops/shaping.hpp>

using namespace keratin;
using nlohmann::json;

namespace {

/// The loss that a golden case names, made of its arguments as of a config.
std::shared_ptr<losses::Loss> make_loss(const std::string& name, json args) {
    args.erase("dtype");
    const json node = {{"class_name", name}, {"config", args}};
    return losses::Loss::from_config(Config::from_json(node.dump()));
}

/// Keras's config, and ours where Keras leaves an argument out (Huber's delta, CosineSimilarity's axis).
void check_config(const losses::Loss& loss, const json& expected, const json& args) {
    json own = json::parse(loss.get_config().to_json());
    for (const char* more : {"delta", "axis"})
        if (!expected.contains(more) && own.contains(more)) {
            CHECK(own[more] == args[more]);
            own.erase(more);
        }
    if (args.value("reduction", "") == "mean") own["reduction"] = "mean";  // another word for the same
    CHECK(own == expected);
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
    for (const char* file : {"losses.json", "more_losses.json"})
        for (const json& c : golden::load(file)["cases"]) {
            const auto loss = make_loss(c["loss"], c["args"]);
            INFO(c["name"].get<std::string>());
            check_config(*loss, c["config"], c["args"]);
            const Tensor y_pred = golden::tensor(c["y_pred"]);
            GradientTape tape;
            tape.watch(y_pred);
            const Tensor value =
                (*loss)(golden::tensor(c["y_true"]), y_pred, optional_tensor(c["sample_weight"]));
            CHECK(golden::mismatch(value, c["value"], forward_rtol(y_pred), 1e-6) == "");
            CHECK(golden::mismatch(tape.gradient(value, y_pred, {.unconnected_as_zeros = true}),
                                   c["gradient"], 1e-4, 1e-6) == "");
            ++compared;
        }
    CHECK(compared >= 500);
}

TEST_CASE("The words for a loss are Keras's", "[losses][golden]") {
    for (const json& c : golden::load("more_losses.json")["identifiers"]) {
        const std::string word = c["name"];
        INFO(word);
        if (c["class"].is_null()) {
            CHECK_THROWS_AS(losses::Loss::from_name(word), ValueError);
            continue;
        }
        const auto loss = losses::Loss::from_name(word);
        const std::string meant = c["class"];  // a class or a function
        CHECK((loss->class_name() == meant ||
               loss->class_name() == losses::Loss::from_name(meant)->class_name()));
    }
}

TEST_CASE("crossentropy is the one that the shapes ask for", "[losses]") {
    const auto loss = losses::Loss::from_name("crossentropy");
    const Tensor logits = random::normal({4, 3}, {.seed = 3});
    const Tensor p = nn::softmax(logits), chance = sigmoid(random::normal({4, 1}, {.seed = 4}));
    const Tensor labels = Tensor::from({0, 2, 1, 1}), bits = Tensor::from({0.f, 1.f, 1.f, 0.f}, {4, 1});
    const Tensor one_hot = Tensor::from({1.f, 0.f, 0.f, 0.f, 0.f, 1.f, 0.f, 1.f, 0.f, 0.f, 1.f, 0.f}, {4, 3});
    const double expected = losses::SparseCategoricalCrossentropy()(labels, p).item<double>();
    CHECK((*loss)(labels, p).item<double>() == expected);
    CHECK((*loss)(reshape(labels, {4, 1}), p).item<double>() == expected);
    CHECK((*loss)(one_hot, p).item<double>() == Approx(expected));
    CHECK((*loss)(bits, chance).item<double>() == losses::BinaryCrossentropy()(bits, chance).item<double>());
    CHECK(loss->on_logits(labels, logits).item<double>() == Approx(expected));
    CHECK(loss->takes_logits("sigmoid"));
    CHECK_FALSE(loss->takes_logits("relu"));
}

TEST_CASE("A loss comes back from its config", "[losses]") {
    const losses::BinaryFocalCrossentropy loss(
        {.apply_class_balancing = true, .gamma = 1.5, .reduction = losses::Reduction::sum, .name = "mine"});
    const Config node = loss.serialize();
    CHECK(node["module"].as_string() == "keras.losses");
    const auto again = losses::Loss::from_config(node);
    CHECK(again->get_config() == loss.get_config());
    CHECK(again->serialize() == node);
    CHECK(losses::Loss::from_config("mae")->class_name() == "MeanAbsoluteError");
    CHECK(losses::Loss::from_config(Config()) == nullptr);
    CHECK(losses::Loss::from_config(losses::Huber({.delta = 0.5}).serialize())->get_config()["delta"] == 0.5);
    CHECK(losses::Loss::from_config(
              Config::from_json(R"({"class_name": "Hinge", "config": {"reduction": null}})"))
              ->reduction() == losses::Reduction::none);
}

TEST_CASE("A crossentropy behind its activation works on the logits, as in Keras", "[losses][golden]") {
    int compared = 0;
    for (const json& c : golden::load("losses.json")["through_activation"]) {
        const auto loss = make_loss(c["loss"], c["args"]);
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
    check(losses::MeanAbsolutePercentageError(), target, logits);
    check(losses::MeanSquaredLogarithmicError(), target, nn::softmax(logits));
    check(losses::Huber({.delta = 0.4}), target, logits);
    check(losses::LogCosh(), target, logits);
    check(losses::Hinge(), one_hot(labels, 3, float64), logits);
    check(losses::SquaredHinge(), one_hot(labels, 3, float64), logits);
    check(losses::CategoricalHinge(), one_hot(labels, 3, float64), logits);
    check(losses::KLDivergence(), target, nn::softmax(logits));
    check(losses::Poisson(), target, nn::softmax(logits));
    check(losses::CosineSimilarity(), target, logits);
    check(losses::BinaryFocalCrossentropy({.apply_class_balancing = true}), target, sigmoid(logits));
    check(losses::BinaryFocalCrossentropy({.from_logits = true, .label_smoothing = 0.1}), target, logits);
    check(losses::CategoricalFocalCrossentropy({.label_smoothing = 0.1}), target, nn::softmax(logits));
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
    CHECK_THROWS_MATCHES(losses::Huber()(zeros({2, 3}), zeros({3, 2})), ShapeError,
                         Message("huber_loss: y_true has shape (2, 3), y_pred (3, 2); they must agree"));
    CHECK_THROWS_MATCHES(losses::BinaryFocalCrossentropy({.label_smoothing = -1}), ValueError,
                         Message("binary_focal_crossentropy: label_smoothing is -1; it must be in [0, 1]"));
    const LossHandle function = [](const Tensor& t, const Tensor& p) { return t - p; };
    CHECK_THROWS_MATCHES(
        function->serialize(), ValueError,
        Message("custom_loss: a loss made of a function has no config; derive a class from Loss"));
}
