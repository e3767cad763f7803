#include "support/catch.hpp"
#include "support/golden_match.hpp"
#include "support/golden_tensor.hpp"

#include <keratin/keratin.hpp>

#include <algorithm>
#include <cmath>

using namespace keratin;
using nlohmann::json;

namespace {

double largest(const Tensor& x) {
    return x.size() == 0 ? 0 : reduce_max(abs(cast(x, float64))).item<double>();
}

/// The largest difference in units of the last digit of a number of this size.
double ulps(const Tensor& got, const json& expected, DType dtype, double size) {
    const Tensor wanted = golden::tensor(expected);
    if (got.shape() != wanted.shape()) return 1e9;
    const double digit = dtype == float32 ? 0x1p-20 : dtype == float16 ? 0x1p-11 : 0x1p-8;
    return largest(cast(got, float64) - cast(wanted, float64)) / (digit * size);
}
double ulps(const Tensor& got, const json& expected, DType dtype) {
    return ulps(got, expected, dtype, std::max(1e-2, largest(golden::tensor(expected))));
}

std::shared_ptr<Layer> made(const json& c, const std::vector<Tensor>& inputs) {
    const auto layer = layer_from_config(Config::from_json(c["node"].dump()));
    std::vector<Shape> shapes;
    for (const Tensor& x : inputs) shapes.push_back(x.shape());
    layer->build_list(shapes);
    const std::vector<Variable> variables = layer->variables();
    REQUIRE(variables.size() == c["weights"].size());
    for (size_t i = 0; i < variables.size(); ++i) {
        CHECK(variables[i].dtype() == float32);
        variables[i].assign(golden::tensor(c["weights"][i]["value"]));
    }
    return layer;
}

}  // namespace

TEST_CASE("layers of the mixed policies give Keras's numbers, up to a few roundings to 16 bits",
          "[half][golden]") {
    size_t compared = 0;
    for (const json& c : golden::load("mixed.json")["cases"]) {
        INFO(c["name"].get<std::string>());
        std::vector<Tensor> inputs;
        for (const json& value : c["inputs"]) inputs.push_back(golden::tensor(value));
        const auto layer = made(c, inputs);
        CHECK(layer->dtype_policy().name() == c["policy"].get<std::string>());
        const DType dtype = layer->compute_dtype();

        GradientTape tape;
        std::vector<GradientSource> sources;
        for (const Tensor& x : inputs)
            if (is_floating(x.dtype())) {
                tape.watch(x);
                sources.emplace_back(x);
            }
        const Tensor mask = c["mask"].is_null() ? Tensor() : golden::tensor(c["mask"]);
        const Tensor y = layer->apply(inputs, {.training = c["training"].get<bool>(), .mask = mask}).front();
        CHECK(name(y.dtype()) == c["output_dtype"].get<std::string>());
        CHECK(ulps(y, c["output"], dtype) <= 6);

        const std::vector<Variable> trainable = layer->trainable_variables();
        sources.insert(sources.end(), trainable.begin(), trainable.end());
        const Tensor target = reduce_sum(cast(y, float32) * golden::tensor(c["upstream"]));
        const std::vector<Tensor> gradients = tape.gradient(target, sources, {.unconnected_as_zeros = true});
        REQUIRE(gradients.size() == c["gradients"].size());
        double size = 1e-2;  // some gradients are 0 but for what rounding leaves
        for (const json& gradient : c["gradients"]) size = std::max(size, largest(golden::tensor(gradient)));
        for (size_t i = 0; i < gradients.size(); ++i) {
            INFO("gradient " << i);
            CHECK(gradients[i].dtype() == float32);
            CHECK(ulps(gradients[i], c["gradients"][i], dtype, size) <= 12);
        }
        const std::vector<Tensor> after = layer->get_weights();
        for (size_t i = 0; i < after.size(); ++i) CHECK(ulps(after[i], c["after"][i], dtype) <= 2);
        ++compared;
    }
    CHECK(compared == 80);
}

TEST_CASE("training with a mixed policy, and with a scaled loss, follows Keras", "[half][golden]") {
    for (const json& c : golden::load("mixed.json")["trainings"]) {
        INFO(c["name"].get<std::string>());
        const DTypePolicyScope scope(DTypePolicy::named(c["policy"].get<std::string>()));
        Sequential model(layers::Dense(8, {.activation = "relu"}), layers::BatchNormalization(),
                         layers::Dense(3), layers::Activation("linear", {.dtype = float32}));
        model.build({Shape::unknown, 6});
        std::vector<Tensor> start;
        for (const json& value : c["start"]) start.push_back(golden::tensor(value));
        model.set_weights(start);
        model.compile(
            {.optimizer = optimizers::Optimizer::from_config(Config::from_json(c["optimizer"].dump())),
             .loss = "mse"});
        const Tensor x = golden::tensor(c["x"]), y = golden::tensor(c["y"]);
        const double tolerance = c["policy"] == "mixed_float16" ? 4e-3 : 3e-2;
        for (const json& loss : c["losses"])
            CHECK(std::abs(model.train_on_batch(x, y)["loss"] - loss.get<double>()) <=
                  tolerance * loss.get<double>());
        CHECK(model.optimizer().loss_scale() == c["scale"].get<double>());
        const std::vector<Tensor> end = model.get_weights();
        for (size_t i = 0; i < end.size(); ++i) {
            INFO("weight " << i);
            CHECK(golden::mismatch(end[i], c["end"][i], 0, 2 * tolerance) == "");
        }
    }
}

TEST_CASE("a mixed_float16 model scales its loss by itself", "[half]") {
    const DTypePolicyScope scope("mixed_float16");
    Sequential model(layers::Dense(1));
    model.compile({.optimizer = "sgd", .loss = "mse"});
    CHECK(model.optimizer().class_name() == "LossScaleOptimizer");
    CHECK(model.optimizer().loss_scale() == 32768);
    model.compile({.optimizer = "sgd", .loss = "mse", .auto_scale_loss = false});
    CHECK(model.optimizer().class_name() == "SGD");
    const DTypePolicyScope inner("mixed_bfloat16");
    Sequential other(layers::Dense(1));
    other.compile({.optimizer = "sgd", .loss = "mse"});
    CHECK(other.optimizer().class_name() == "SGD");
}

TEST_CASE("a mixed layer reads its variables in 16 bits, and only inside its call", "[half]") {
    layers::Dense dense(2, {.dtype = "mixed_bfloat16"});
    const Tensor y = dense(ones({1, 3}));
    CHECK(y.dtype() == bfloat16);
    CHECK(dense.kernel.dtype() == float32);
    CHECK(dense.kernel.value().dtype() == float32);
    CHECK(dense.dtype() == float32);
    CHECK(dense.compute_dtype() == bfloat16);
    GradientTape tape;
    CHECK(tape.gradient(reduce_sum(dense(ones({1, 3}))), dense.kernel).dtype() == float32);
}

TEST_CASE("a user's layer, a model and its parts may have policies of their own", "[half]") {
    struct Scale : Layer {
        explicit Scale(DTypePolicy policy) : Layer({.dtype = policy}) {}
        Variable factor{full({}, 3.0), {.name = "factor"}};
        Tensor call(const Tensor& x) override {
            seen = factor.value().dtype();
            return x * factor;
        }
        DType seen = bool_;
    };
    Scale mixed("mixed_float16"), plain(float32);
    CHECK(mixed(ones({2})).dtype() == float16);
    CHECK(mixed.seen == float16);
    CHECK(plain(mixed(ones({2}))).dtype() == float32);
    CHECK(plain.seen == float32);
    CHECK_THROWS_AS(layers::Dense(1, {.dtype = int32}), DTypeError);
}

TEST_CASE("variables of 16 bits can be used and not trained", "[half]") {
    layers::Dense dense(1, {.dtype = float16});
    CHECK(dense(ones({1, 2})).dtype() == float16);
    CHECK(dense.kernel.dtype() == float16);
    clear_session();
    Sequential model(layers::Dense(1, {.dtype = bfloat16}));
    model.compile({.optimizer = "sgd", .loss = "mse"});
    CHECK_THROWS_WITH(
        model.train_on_batch(ones({1, 2}), ones({1, 1})),
        "sgd: sequential/dense/kernel is bfloat16; only float32 and float64 can be trained, make it "
        "not trainable, or its layer's dtype \"mixed_bfloat16\"");
}
