#include "support/catch.hpp"
#include "support/numbers.hpp"

#include <keratin/autograd/tape.hpp>
#include <keratin/core/random.hpp>
#include <keratin/layers.hpp>
#include <keratin/models/model.hpp>
#include <keratin/models/sequential.hpp>
#include <keratin/ops/elementwise.hpp>
#include <keratin/ops/nn/activation.hpp>
#include <keratin/ops/reduce.hpp>
#include <keratin/optimizers.hpp>

using namespace keratin;

namespace {

struct Scaled : Layer {
    Tensor call(const Tensor& x) override { return 2 * x; }
};

struct Kept : Layer {
    layers::Dense inside{3, {.name = "inside"}};
    Tensor call(const Tensor& x) override { return inside(x); }
};

struct SumAndDifference : ListLayer {
    std::vector<Tensor> call_list(const std::vector<Tensor>& x) override {
        return {x[0] + x[1], x[0] - x[1]};
    }
};

/// A model of the user's own.
struct Tower : Model {
    layers::Dense first{4, {.activation = "relu", .name = "first"}};
    layers::Dense second{2, {.name = "second"}};
    Tensor call(const Tensor& x) override { return second(first(x)); }
};

Model residual(const KerasTensor& x) {
    KerasTensor y = layers::Conv2D(2, {.kernel_size = 3, .padding = "same", .activation = "relu"})(x);
    y = layers::Add()({layers::Conv2D(2, {.kernel_size = 3, .padding = "same"})(y), x});
    return Model(x, layers::Dense(3, {.activation = "softmax"})(layers::Flatten()(layers::ReLU()(y))));
}

}  // namespace

TEST_CASE("Calling a layer on what stands for a tensor gives its shape, with the batch open",
          "[models][functional]") {
    clear_session();
    const KerasTensor x = Input({28, 28, 1});
    CHECK(fmt::format("{}", x) == "<KerasTensor shape=(None, 28, 28, 1), dtype=float32, name=input_layer>");
    const layers::Conv2D conv(4, {.kernel_size = 5, .strides = 2, .padding = "same"});
    const KerasTensor y = conv(x);
    CHECK(y.shape() == Shape{Shape::unknown, 14, 14, 4});
    CHECK(conv.kernel.shape() == Shape{5, 5, 1, 4});
    CHECK(conv.kernel.path() == "conv2d/kernel");
    CHECK(Input({3}, {.batch_size = 7, .dtype = int32, .name = "ids"}).shape() == Shape{7, 3});
    CHECK(to_string(KerasTensor()) == "<KerasTensor of nothing>");
}

TEST_CASE("A chain of layers computes and learns as the same Sequential, bit by bit",
          "[models][functional]") {
    const auto train = [](bool functional) {
        set_random_seed(3);
        clear_session();
        std::vector<std::shared_ptr<Layer>> list = {
            std::make_shared<layers::Conv2D>(4,
                                             layers::Conv2DOptions{.kernel_size = 3, .activation = "relu"}),
            std::make_shared<layers::MaxPooling2D>(2),
            std::make_shared<layers::BatchNormalization>(),
            std::make_shared<layers::ReLU>(),
            std::make_shared<layers::Flatten>(),
            std::make_shared<layers::Dense>(3, layers::DenseOptions{.activation = "softmax"})};
        std::shared_ptr<Model> model;
        if (functional) {
            const KerasTensor x = Input({8, 8, 2});
            KerasTensor y = x;
            for (const auto& layer : list) y = (*layer)(y);
            model = std::make_shared<Model>(x, y);
        } else {
            const auto sequential = std::make_shared<Sequential>();
            for (const auto& layer : list) sequential->add(layer);
            sequential->build({Shape::unknown, 8, 8, 2});
            model = sequential;
        }
        model->compile({.optimizer = optimizers::Adam({.learning_rate = 1e-2}),
                        .loss = "sparse_categorical_crossentropy"});
        const Tensor x = numbers::distinct({6, 8, 8, 2}, 1, 1.0, float32),
                     y = Tensor::from({0, 1, 2, 0, 1, 2}, {6});
        std::vector<double> losses;
        for (int step = 0; step < 5; ++step) losses.push_back(model->train_on_batch(x, y)["loss"]);
        return std::pair(losses, model->predict(x));
    };
    const auto [a, p] = train(true);
    const auto [b, q] = train(false);
    CHECK(a == b);
    CHECK(numbers::of(p) == numbers::of(q));
    CHECK(a.back() < a.front());
}

TEST_CASE("A residual model computes what its layers do by hand", "[models][functional]") {
    clear_session();
    const KerasTensor input = Input({4, 4, 2});
    const Model model = residual(input);
    CHECK(to_string(model) == "<Functional name=functional, built=True>");
    const Tensor x = numbers::distinct({2, 4, 4, 2}, 5, 1.0, float32);
    const auto& first = model.get_layer<layers::Conv2D>("conv2d");
    const auto& second = model.get_layer<layers::Conv2D>("conv2d_1");
    const auto& dense = model.get_layer<layers::Dense>("dense");
    const Tensor by_hand = dense(layers::Flatten()(nn::relu(second(first(x)) + x)));
    CHECK(numbers::of(model(x)) == numbers::of(by_hand));
    CHECK(model.variables().size() == 6);
    CHECK(model.inputs().size() == 1);
    CHECK(model.outputs()[0].shape() == Shape{Shape::unknown, 3});
    // Another size of image is another model, except where all layers take it.
    CHECK_THROWS_AS(model(zeros({2, 5, 5, 2})), ShapeError);
}

TEST_CASE("A layer that is called twice has one set of weights and a gradient from both calls",
          "[models][functional]") {
    clear_session();
    const KerasTensor a = Input({3}), b = Input({3});
    const layers::Dense tower(2, {.use_bias = false});
    const Model model({a, b}, layers::Subtract()({tower(a), tower(b)}));
    CHECK(model.variables().size() == 1);
    const Tensor x = numbers::distinct({4, 3}, 1, 1.0, float32),
                 y = numbers::distinct({4, 3}, 2, 1.0, float32);
    GradientTape tape;
    const Tensor loss = reduce_sum(model({x, y}));
    const Tensor gradient = tape.gradient(loss, tower.kernel);
    // d/dK sum(xK - yK): column sums of x - y, for both units.
    for (int64_t row = 0; row < 3; ++row) {
        double expected = 0;
        for (int64_t i = 0; i < 4; ++i) expected += x.at<float>({i, row}) - y.at<float>({i, row});
        for (int64_t unit = 0; unit < 2; ++unit)
            CHECK(gradient.at<float>({row, unit}) == Approx(expected).margin(1e-5));
    }
}

TEST_CASE("Several outputs, and models on the layers of another model", "[models][functional]") {
    clear_session();
    const KerasTensor x = Input({4});
    const KerasTensor h = layers::Dense(3, {.activation = "relu", .name = "trunk"})(x);
    const Model model(x, {layers::Dense(2)(h), h});
    const Tensor in = numbers::distinct({5, 4}, 1, 1.0, float32);
    const std::vector<Tensor> out = model.apply({in});
    REQUIRE(out.size() == 2);
    CHECK(out[0].shape() == Shape{5, 2});
    const Model trunk(model.inputs()[0], model.outputs()[1]);
    CHECK(trunk.layers().size() == 2);
    CHECK(numbers::of(trunk(in)) == numbers::of(out[1]));
    CHECK(trunk.get_layer("trunk").variables()[0].same_as(model.get_layer("trunk").variables()[0]));
}

TEST_CASE("A model whose input a layer has made is cut off from what is before", "[models][functional]") {
    clear_session();
    const KerasTensor x = Input({4});
    const KerasTensor h = layers::Dense(3, {.name = "head"})(x);
    const KerasTensor y = layers::Dense(2, {.name = "tail"})(layers::ReLU()(h));
    const Model tail(h, y);
    CHECK(tail.layers().size() == 3);
    CHECK(tail.variables().size() == 2);
    const Tensor in = numbers::distinct({2, 3}, 1, 1.0, float32);
    const auto& dense = dynamic_cast<const layers::Dense&>(tail.get_layer("tail"));
    CHECK(numbers::of(tail(in)) == numbers::of(dense(nn::relu(in))));
}

TEST_CASE("Models stand in models, and clone() makes all weights new", "[models][functional]") {
    clear_session();
    const KerasTensor a = Input({4});
    const Model inner(a, layers::Add()({layers::Dense(4)(a), a}), {.name = "inner"});
    const Sequential head(layers::Dense(3), layers::Dense(2));
    const KerasTensor x = Input({4}), z = Input({4});
    const Model outer({x, z}, head(layers::Concatenate()({inner(x), inner(z)})));
    const Tensor p = numbers::distinct({2, 4}, 1, 1.0, float32),
                 q = numbers::distinct({2, 4}, 2, 1.0, float32);
    CHECK(outer.variables().size() == 6);
    const auto copy = std::dynamic_pointer_cast<Model>(outer.clone());
    CHECK_FALSE(copy->variables()[0].same_as(outer.variables()[0]));
    copy->set_weights(outer.get_weights());
    CHECK(numbers::of((*copy)({p, q})) == numbers::of(outer({p, q})));
    CHECK(copy->get_config().to_json() == outer.get_config().to_json());

    Config older = serialize(outer);  // older versions count a model's own graph as its first call
    std::string text = older.to_json();
    for (const auto& [from, to] : {std::pair(R"(["inner",1,0])", R"(["inner",2,0])"),
                                   std::pair(R"(["inner",0,0])", R"(["inner",1,0])")})
        for (size_t at; (at = text.find(from)) != std::string::npos;) text.replace(at, 13, to);
    const auto read = std::dynamic_pointer_cast<Model>(layer_from_config(Config::from_json(text)));
    CHECK(read->get_config().to_json() == outer.get_config().to_json());
}

TEST_CASE("A layer whose config has no name goes by that of its node", "[models][functional]") {
    clear_session();
    struct Film : Layer {
        using Layer::Layer;
        Tensor call(const Tensor& x) override { return x + 1; }
        std::string class_name() const override { return "Film"; }
        Config get_config() const override { return Config::object(); }
        static std::shared_ptr<Layer> from_config(const Config& config) {
            return std::make_shared<Film>(base_options(config));
        }
    };
    register_layer("Film", Film::from_config);
    const KerasTensor x = Input({2});
    const auto film = std::make_shared<Film>(LayerOptions{.name = "film"});
    const Config node = serialize(Model(x, layers::ReLU()((*film)(x)), {.name = "m"}));
    const auto read = std::dynamic_pointer_cast<Model>(layer_from_config(node));
    CHECK(read->get_layer("film").class_name() == "Film");
    CHECK(numbers::of((*read)(ones({1, 2}))) == std::vector<double>(2, 2.0));
    register_layer("Film",
                   [](const Config&) { return std::make_shared<Film>(LayerOptions{.name = "grain"}); });
    CHECK_THROWS_MATCHES(
        layer_from_config(node), ValueError,
        Message(
            "m: the layer \"film\" calls itself \"grain\"; let the factory of Film take its name from the "
            "config, by base_options(config), or give it none"));
}

TEST_CASE("Layers of the user's stand in functional models", "[models][functional]") {
    clear_session();
    const KerasTensor x = Input({4});
    CHECK_THROWS_MATCHES(
        Scaled()(x), ValueError,
        Message("scaled: a functional model keeps its layers, and does not know how to copy a "
                "Scaled; call register_layer<Scaled>() once, or make the layer by "
                "std::make_shared"));
    const Model held(x, (*std::make_shared<Scaled>())(x));
    CHECK(numbers::of(held(ones({1, 4}))) == std::vector<double>(4, 2.0));

    register_layer<Kept>();
    const Kept kept;
    const Model model(x, kept(x));
    CHECK(model.variables().size() == 2);
    CHECK(model.variables()[0].path() == "kept/inside/kernel");
    CHECK(model.variables()[0].same_as(kept.inside.kernel));
    CHECK(model(ones({2, 4})).shape() == Shape{2, 3});
    CHECK_THROWS_AS(model.clone(), ValueError);

    register_layer<SumAndDifference>();
    const std::vector<KerasTensor> both = SumAndDifference().apply({x, layers::ReLU()(x)});
    REQUIRE(both.size() == 2);
    const Model two(x, {both[0], both[1]});
    const Tensor in = Tensor::from({-1.f, 2.f, -3.f, 4.f}, {1, 4});
    CHECK(to_string(two.apply({in})[0]) == "[[-1.  4. -3.  8.]]");
    CHECK(to_string(two.apply({in})[1]) == "[[-1.  0. -3.  0.]]");
}

TEST_CASE("A model of the user's own trains, and lists the layers that it has called",
          "[models][functional]") {
    clear_session();
    Tower tower;
    tower.compile({.optimizer = optimizers::SGD({.learning_rate = 0.1}), .loss = "mse"});
    const Tensor x = numbers::distinct({8, 3}, 1, 1.0, float32),
                 y = numbers::distinct({8, 2}, 2, 1.0, float32);
    const double before = tower.test_on_batch(x, y)["loss"];
    tower.fit(x, y, {.batch_size = 4, .epochs = 20, .verbose = 0});
    CHECK(tower.test_on_batch(x, y)["loss"] < before);
    REQUIRE(tower.layers().size() == 2);
    CHECK(tower.get_layer<layers::Dense>("second").kernel.same_as(tower.second.kernel));
    std::string text;
    tower.summary({.line_length = 76, .print_fn = [&](std::string_view part) { text += part; }});
    CHECK(text.find("first (Dense)                   │ (None, 4)") != std::string::npos);
    CHECK(text.find("Trainable params: 26") != std::string::npos);
}

TEST_CASE("What does not make a model is refused", "[models][functional][errors]") {
    clear_session();
    const KerasTensor a = Input({4}, {.name = "a"}), b = Input({4}, {.name = "b"});
    const KerasTensor sum = layers::Add()({a, b});
    CHECK_THROWS_MATCHES(
        Model(a, sum, {.name = "m"}), ValueError,
        Message("m: the outputs need b, which is not among the model's inputs; add it to them"));
    CHECK_THROWS_MATCHES(Model(a, KerasTensor(), {.name = "m"}), ValueError,
                         Message("m: an output stands for nothing; make it by Input() and calls of layers"));
    CHECK_THROWS_MATCHES(Model(std::vector<KerasTensor>(), a, {.name = "m"}), ValueError,
                         Message("m: a functional model needs inputs and outputs; it got 0 and 1"));
    const KerasTensor one = layers::Dense(4, {.name = "d"})(a), two = layers::Dense(4, {.name = "d"})(one);
    CHECK_THROWS_MATCHES(Model(a, two, {.name = "m"}), ValueError,
                         Message("m: two layers are called \"d\"; names must be unique, pass another .name"));
    CHECK_THROWS_MATCHES(
        layers::Dense(2, {.name = "d"})(KerasTensor()), ValueError,
        Message("d: the input is an undefined tensor; give it a value first, for instance by "
                "zeros(shape)"));
    CHECK_THROWS_MATCHES(layers::Dense(2, {.name = "d"})({a, b}), ValueError,
                         Message("d: it takes one input and got 2; join them by a merging layer such as "
                                 "layers::Concatenate"));
    const Model model({a, b}, sum, {.name = "m"});
    CHECK_THROWS_MATCHES(model(zeros({1, 4})), ValueError,
                         Message("m: the model has 2 inputs (a, b) and got 1; give one tensor for each"));
    CHECK_THROWS_MATCHES(model({zeros({1, 4}), zeros({1, 3})}), ShapeError,
                         Message("b: input has shape (1, 3), the model was made for (None, 4); reshape() the "
                                 "input"));
}

TEST_CASE("A graph of a hundred thousand calls needs no deep stack", "[models][functional]") {
    const KerasTensor x = Input({1});
    KerasTensor y = x;
    const auto layer = std::make_shared<layers::ReLU>();
    for (int i = 0; i < 100'000; ++i) y = (*layer)(y);
    CHECK(y.shape() == Shape{Shape::unknown, 1});
    y = KerasTensor();  // takes the chain apart
}

TEST_CASE("A functional model takes its inputs in the dtype they were made for", "[models][functional]") {
    const KerasTensor x = Input({2}, {.dtype = float64});
    const Model model(
        x, layers::Dense(1, {.use_bias = false, .kernel_initializer = "ones", .dtype = float64})(x));
    CHECK(model.dtype() == float64);
    CHECK(model(Tensor::from({1.0, 1e-12}, {1, 2})).item<double>() == 1 + 1e-12);  // float32 would lose it

    const KerasTensor words = Input({3}, {.dtype = int64});
    const Model numbered(words, layers::IntegerLookup({.vocabulary = {5, 7}})(words));
    CHECK(numbered(Input({3}, {.dtype = int64})).dtype() == int64);  // of the model as a layer
    CHECK(Sequential(layers::IntegerLookup({.vocabulary = {5, 7}}))(words).dtype() == int64);
}

TEST_CASE("states and keys are written as Keras takes them", "[models][functional]") {
    const KerasTensor x = Input({4, 3}, {.name = "x"}), state = Input({5}, {.name = "state"});
    const layers::GRU gru(5, {.return_sequences = true, .name = "gru"});
    const layers::MultiHeadAttention attention(2, {.key_dim = 3, .name = "attention"});
    const KerasTensor steps = gru({x, state});
    const Model model({x, state}, layers::LSTM(2, {.name = "lstm"})(attention({steps, steps})));
    const Config config = model.get_config();
    std::map<std::string, Config> calls;
    for (const Config& layer : config["layers"].as_list())
        if (layer["inbound_nodes"].as_list().size() == 1)
            calls.emplace(layer["name"].as_string(), layer["inbound_nodes"].as_list()[0]);
    CHECK(calls.at("gru")["args"].as_list().size() == 1);
    CHECK(calls.at("gru")["args"].as_list()[0]["config"]["keras_history"].as_list()[0] == Config("x"));
    const Config::List states = calls.at("gru")["kwargs"]["initial_state"].as_list();
    REQUIRE(states.size() == 1);
    CHECK(states[0]["config"]["keras_history"].as_list()[0] == Config("state"));
    CHECK(calls.at("attention")["args"].as_list().size() == 2);
    CHECK(calls.at("attention")["args"].as_list()[1].is_object());
    CHECK(calls.at("lstm")["args"].as_list()[0].is_object());

    const auto again = std::dynamic_pointer_cast<Model>(layer_from_config(serialize(model)));
    REQUIRE(again);
    again->set_weights(model.get_weights());
    const Tensor a = random::normal({2, 4, 3}, {.seed = 1}), b = random::normal({2, 5}, {.seed = 2});
    CHECK(to_string((*again)({a, b})) == to_string(model({a, b})));
}
