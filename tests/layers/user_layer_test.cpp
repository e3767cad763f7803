#include "support/catch.hpp"
#include "support/check_layer.hpp"
#include "support/variable_gradients.hpp"

#include <keratin/autograd/check_gradients.hpp>
#include <keratin/core/random.hpp>
#include <keratin/layers.hpp>
#include <keratin/models/sequential.hpp>
#include <keratin/ops/elementwise.hpp>
#include <keratin/ops/nn/activation.hpp>
#include <keratin/optimizers.hpp>

using namespace keratin;

/// Layers of the program's own, written with no more than the guide asks for.
namespace {

struct Residual : Layer {
    layers::Conv2D first{4, {.kernel_size = 3, .padding = "same", .activation = "relu"}};
    layers::Conv2D second{4, {.kernel_size = 3, .padding = "same"}};

    Tensor call(const Tensor& x) override { return nn::relu(x + second(first(x))); }
};

struct Scale : Layer {
    using Layer::Layer;
    explicit Scale(LayerOptions options) : Layer(std::move(options)) {}
    Variable scale;

    Tensor call(const Tensor& x) override { return x * scale; }
    Config get_config() const override { return base_config(); }
    static std::shared_ptr<Layer> from_config(const Config& config) {
        return std::make_shared<Scale>(base_options(config));
    }

protected:
    void build_variables(const Shape& input) override {
        add_weight(scale, {.name = "scale", .shape = {input.back()}, .initializer = "ones"});
    }
};

/// Layers within layers, an own weight, and one that does not learn.
struct Stage : Layer {
    Residual block;
    std::vector<Residual> more = std::vector<Residual>(2);
    layers::BatchNormalization norm;
    Scale scale;
    Variable offset;
    Variable calls;

    Tensor call(const Tensor& x) override {
        Tensor y = block(x);
        for (const Residual& residual : more) y = residual(y);
        return scale(norm(y)) + offset;
    }

protected:
    void build_variables(const Shape& input) override {
        add_weight(calls, {.name = "calls", .shape = {}, .initializer = "zeros", .trainable = false});
        add_weight(offset, {.name = "offset", .shape = {input.back()}, .initializer = "zeros"});
    }
};

std::vector<std::string> paths(const std::vector<Variable>& variables) {
    std::vector<std::string> result;
    for (const Variable& variable : variables) result.push_back(variable.path());
    return result;
}
using Paths = std::vector<std::string>;

/// A few steps of a model on fixed data lower its loss and move every trainable variable of a layer in it.
template <class L>
void check_learning(const L& layer) {
    set_random_seed(5);
    Sequential model(layer, layers::GlobalAveragePooling2D({.name = "pool"}),
                     layers::Dense(2, {.name = "head"}));
    model.compile({.optimizer = optimizers::SGD({.learning_rate = 0.02}), .loss = "mse"});
    const Tensor x = numbers::distinct({6, 5, 5, 4}, 1, 1.0, float32);
    const Tensor y = numbers::distinct({6, 2}, 2, 1.0, float32);
    model.build(x.shape());
    const std::vector<Variable> variables = layer.trainable_variables();
    std::vector<Tensor> start;
    for (const Variable& variable : variables) start.push_back(variable.value());
    const double before = model.train_on_batch(x, y)["loss"];
    for (int step = 0; step < 15; ++step) model.train_on_batch(x, y);
    CHECK(model.train_on_batch(x, y)["loss"] < before);
    CHECK_FALSE(variables.empty());
    for (size_t i = 0; i < variables.size(); ++i) {
        INFO(variables[i].path());
        CHECK_FALSE(conformance::same(variables[i].value(), start[i]));
    }
}

}  // namespace

TEST_CASE("A layer with a weight of its own passes the conformance routine", "[layers][user]") {
    register_layer("Scale", Scale::from_config);
    conformance::check_layer<Scale>(
        [] { return Scale(); },
        {.default_name = "scale", .input = {2, 3, 4}, .output = {2, 3, 4}, .weights = {{"scale", {4}}}});
}

TEST_CASE("A layer of layers needs no more than call()", "[layers][user]") {
    clear_session();
    const Residual residual;
    const Tensor x = numbers::distinct({2, 5, 5, 4}, 1, 1.0, float32);
    CHECK(residual.variables().empty());
    CHECK(residual(x).shape() == x.shape());
    CHECK(paths(residual.variables()) == Paths{"residual/conv2d/kernel", "residual/conv2d/bias",
                                               "residual/conv2d_1/kernel", "residual/conv2d_1/bias"});
    CHECK(residual.count_params() == 2 * (3 * 3 * 4 * 4 + 4));
    const Tensor expected = nn::relu(x + residual.second(residual.first(x)));
    CHECK(numbers::difference(residual(x), expected) == 0);
    CHECK(residual.compute_output_shape({Shape::unknown, 7, 7, 4}) == Shape{Shape::unknown, 7, 7, 4});
}

TEST_CASE("A layer of layers is built by a trial of call() where no data is", "[layers][user]") {
    clear_session();
    Residual residual;
    residual.build({Shape::unknown, 5, 5, 4});
    CHECK(residual.first.built());
    CHECK(residual.variables().size() == 4);
    CHECK(Residual().compute_output_shape({3, 5, 5, 4}) == Shape{3, 5, 5, 4});
    CHECK_THROWS_MATCHES(
        Residual().build({1, Shape::unknown, 5, 4}), ShapeError,
        Message("residual_2: input shape (1, None, 5, 4) leaves more than the batch open; override "
                "compute_output_shape() or give the other axes"));
}

TEST_CASE("The gradients of a layer of layers are right", "[layers][user][gradients]") {
    struct Twice : Layer {  // one layer called twice: its gradients add up
        layers::Dense dense{3, {.activation = "tanh", .dtype = float64}};
        Twice() : Layer(LayerOptions{.dtype = float64}) {}
        Tensor call(const Tensor& x) override { return dense(dense(x)) * x; }
    };
    const Twice layer;
    const Tensor x = numbers::distinct({2, 3}, 1);
    layer(x);
    conformance::fill(layer);
    CHECK(check_gradients([&](const Tensor& input) { return layer(input); }, {x}));
    REQUIRE(layer.trainable_variables().size() == 2);
    for (const Variable& variable : layer.trainable_variables())
        CHECK(conformance::check_variables([&] { return layer(x) * x; }, {variable}));
}

TEST_CASE("Layers within layers list their variables, own ones first, trainable ones first",
          "[layers][user]") {
    clear_session();
    Stage stage;
    stage.build({1, 4, 4, 4});
    stage(zeros({1, 4, 4, 4}));
    const Paths all = paths(stage.variables());
    REQUIRE(all.size() == 2 + 3 * 4 + 4 + 1);
    CHECK(all[0] == "stage/offset");
    CHECK(all[1] == "stage/calls");
    CHECK(all[2] == "stage/residual/conv2d/kernel");
    CHECK(all[6] == "stage/residual_1/conv2d_2/kernel");
    CHECK(all[10] == "stage/residual_2/conv2d_4/kernel");
    CHECK(all[14] == "stage/batch_normalization/gamma");
    CHECK(all.back() == "stage/scale/scale");
    CHECK(stage.trainable_variables().size() == all.size() - 3);
    CHECK(paths(stage.non_trainable_variables()) == Paths{"stage/calls",
                                                          "stage/batch_normalization/moving_mean",
                                                          "stage/batch_normalization/moving_variance"});
}

TEST_CASE("Layers of the program's own learn in a model", "[layers][user]") {
    check_learning(Residual());
    check_learning(Scale());
    check_learning(Stage());
    check_learning(Sequential(Residual(), Scale()));
}

TEST_CASE("A summary shows a layer of the program's own with all its parameters", "[layers][user]") {
    clear_session();
    Sequential model(Residual(), layers::Flatten(), layers::Dense(2));
    model.build({Shape::unknown, 5, 5, 4});
    std::string text;
    model.summary({.line_length = 80, .print_fn = [&](std::string_view line) {
                       text += line;
                       text += '\n';
                   }});
    CHECK(text.find("residual (Residual)") != std::string::npos);
    CHECK(text.find("(None, 5, 5, 4)") != std::string::npos);
    CHECK(text.find("296") != std::string::npos);
    CHECK(text.find("Total params: 498") != std::string::npos);
}

TEST_CASE("Copies of a layer of layers are the same layer", "[layers][user]") {
    const Residual layer;
    const Residual early = layer;
    const Tensor x = numbers::distinct({1, 4, 4, 4}, 1, 1.0, float32);
    const Tensor y = early(x);
    CHECK(conformance::same(layer(x), y));
    CHECK(layer.first.kernel.same_as(early.first.kernel));
    CHECK(layer.variables().size() == 4);
    Sequential model(layer);
    CHECK(conformance::same(model(x), y));
    CHECK(model.variables()[0].same_as(layer.first.kernel));
}

TEST_CASE("A layer that is used in two places counts once", "[layers][user]") {
    struct Tied : Layer {
        layers::Dense shared{3};
        layers::Dense copy = shared;
        Tensor call(const Tensor& x) override { return copy(shared(x)); }
    };
    const Tied tied;
    tied(zeros({1, 3}));
    CHECK(tied.variables().size() == 2);
    layers::Dense dense(3);
    struct Holder : Layer {
        explicit Holder(const layers::Dense& given) : inner(given) {}
        layers::Dense inner;
        Tensor call(const Tensor& x) override { return inner(x); }
    };
    const Sequential model{Holder(dense), Holder(dense)};
    model(zeros({1, 3}));
    CHECK(model.variables().size() == 2);
}

TEST_CASE("A layer made inside of call() would lose what it learns", "[layers][user][errors]") {
    struct Forgetful : Layer {
        Tensor call(const Tensor& x) override { return layers::Dense(3, {.name = "lost"})(x); }
    };
    struct Harmless : Layer {
        Tensor call(const Tensor& x) override { return layers::Flatten()(x); }
    };
    clear_session();
    const Forgetful layer;
    const char* text =
        "forgetful: call() made the layer lost, whose variables are gone when call() returns, so it would "
        "never learn; make it a member of the layer";
    CHECK_THROWS_MATCHES(layer(zeros({1, 3})), ValueError, Message(text));
    CHECK_THROWS_MATCHES(layer(zeros({1, 3})), ValueError, Message(text));
    CHECK(Harmless()(zeros({2, 3, 4})).shape() == Shape{2, 12});
}

TEST_CASE("Layers that call() chooses at run time are found when they are called", "[layers][user]") {
    struct Choosy : Layer {
        layers::Dense narrow{2}, wide{2};
        Tensor call(const Tensor& x) override { return x.shape()[1] > 3 ? wide(x) : narrow(x); }
    };
    const Choosy layer;
    layer(zeros({1, 2}));
    CHECK(layer.variables().size() == 2);
    layer(zeros({1, 5}));
    CHECK(layer.variables().size() == 4);
    CHECK(layer.narrow.kernel.shape() == Shape{2, 2});
    CHECK(layer.wide.kernel.shape() == Shape{5, 2});
}
