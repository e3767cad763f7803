#include "io/file.hpp"
#include "io/hdf5/reader.hpp"
#include "io/keras/keras_cases.hpp"
#include "io/keras/weight_tree.hpp"
#include "io/zip.hpp"
#include "support/catch.hpp"
#include "support/files.hpp"

#include <keratin/keratin.hpp>

#include <algorithm>
#include <chrono>
#include <cmath>
#include <filesystem>

using namespace keratin;
using Catch::Contains;

namespace {

Sequential small() {
    return Sequential(layers::InputLayer({4}), layers::Dense(3, {.activation = "relu"}), layers::Dense(2));
}

std::vector<std::string> paths(const Model& model) {
    std::vector<std::string> list;
    for (const io::WeightGroup& group : io::weight_tree(model)) list.push_back(group.path);
    return list;
}

bool same(const std::vector<Tensor>& a, const std::vector<Tensor>& b) {
    bool all = a.size() == b.size();
    for (size_t i = 0; all && i < a.size(); ++i) all = reduce_all(equal(a[i], b[i])).item<bool>();
    return all;
}

/// A layer within a class of the user's; both names are made up.
struct Block : Layer {
    layers::Dense inner{3};
    layers::Dense named{3, {.name = "named"}};
    using Layer::Layer;
    Tensor call(const Tensor& x) override { return named(inner(x)); }
};

/// Seconds that the fastest of several runs took.
template <class Run>
double best_of(int runs, const Run& run) {
    double best = 1e9;
    for (int i = 0; i < runs; ++i) {
        const auto begin = std::chrono::steady_clock::now();
        run();
        best =
            std::min(best, std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count());
    }
    return best;
}

}  // namespace

TEST_CASE("A saved model comes back with its weights, its training and its class", "[io][keras-file]") {
    const test::TemporaryDirectory dir;
    const std::string path = dir.file("model.keras");
    Sequential model = small();
    const Tensor x = golden::scrambled({8, 4}, 1), y = golden::scrambled({8, 2}, 2);
    model.compile(
        {.optimizer = optimizers::Adam({.learning_rate = 0.01}), .loss = "mse", .metrics = {"mae"}});
    model.train_on_batch(x, y);
    model.save(path);
    CHECK(dir.count() == 1);
    auto again = load_model(path);
    CHECK(same(again.get_weights(), model.get_weights()));
    CHECK(again.as<Sequential>().name() == model.name());
    CHECK(again.variables()[0].path() == model.variables()[0].path());
    for (int step = 0; step < 3; ++step)
        CHECK(again.train_on_batch(x, y)["loss"] == model.train_on_batch(x, y)["loss"]);

    SECTION("the same model gives the same bytes") {
        model.save(path);
        model.save(dir.file("b.keras"));
        CHECK(test::read_file(path) == test::read_file(dir.file("b.keras")));
    }
    SECTION("without what compile() was given") {
        model.save(path, {.include_optimizer = false});
        CHECK_FALSE(load_model(path).compiled());
    }
    SECTION("a file is not written over when that is not wanted") {
        CHECK_THROWS_AS(model.save(path, {.overwrite = false}), IoError);
    }
    SECTION("weights alone, with the optimizer's state") {
        model.save_weights(dir.file("w.weights.h5"));
        model.train_on_batch(x, y);
        const std::vector<Tensor> later = model.get_weights();
        model.load_weights(dir.file("w.weights.h5"));
        model.train_on_batch(x, y);
        CHECK(same(model.get_weights(), later));
    }
    SECTION("as JSON, it is compiled as well") {
        CHECK(model_from_json(model.to_json())->compiled());
        CHECK_FALSE(model_from_json(small().to_json())->compiled());
    }
}

TEST_CASE("What cannot be saved says why", "[io][keras-file]") {
    const test::TemporaryDirectory dir;
    Sequential model = small();
    CHECK_THROWS_WITH(model.save(dir.file("m.h5")), Contains("the format of Keras 2 is read, not written"));
    CHECK_THROWS_WITH(model.save(dir.file("m.onnx")), Contains("the name must end in \".keras\""));
    CHECK_THROWS_WITH(model.save_weights(dir.file("m.h5")), Contains("the name must end in \".weights.h5\""));
    CHECK_THROWS_WITH(model.save_weights(dir.file("m.npz")), Contains("io::save_tensors() writes other"));
    CHECK_THROWS_AS(model.save(dir.file("none/m.keras")), IoError);
    CHECK_THROWS_AS(load_model(dir.file("none.keras")), IoError);
    model.compile({.optimizer = "sgd",
                   .loss = [](const Tensor& a, const Tensor& b) { return reduce_mean(square(a - b), -1); }});
    CHECK_THROWS_WITH(model.save(dir.file("m.keras")),
                      Contains("its loss cannot be written") && Contains("include_optimizer"));
    CHECK_NOTHROW(model.save(dir.file("m.keras"), {.include_optimizer = false}));
    Sequential with_lambda(layers::InputLayer({4}), layers::Lambda([](const Tensor& x) { return x * 2; }));
    CHECK_THROWS_AS(with_lambda.save(dir.file("l.keras")), ValueError);
    const KerasTensor x = Input({2});
    const Model infinite(x, layers::operation("numpy.Add", x, {}, {.literals = {{1, -INFINITY}}}));
    CHECK_THROWS_WITH(infinite.save(dir.file("i.keras")), Contains("its config has -inf at $.config.layers"));
    CHECK(dir.count() == 1);
}

TEST_CASE("Weights stand where Keras has them", "[io][keras-file]") {
    clear_session();
    const KerasTensor x = Input({4, 3});
    KerasTensor y = layers::Bidirectional(layers::LSTM(2, {.return_sequences = true}))(x);
    y = layers::TimeDistributed(layers::Dense(2))(y);
    y = layers::MultiHeadAttention(1, {.key_dim = 2})({y, y});
    y = layers::RNN({std::make_shared<layers::GRUCell>(2), std::make_shared<layers::GRUCell>(2)})(y);
    CHECK(paths(Model(x, Sequential(layers::Dense(2))(y))) ==
          std::vector<std::string>{"",
                                   "layers/input_layer",
                                   "layers/bidirectional",
                                   "layers/bidirectional/backward_layer",
                                   "layers/bidirectional/backward_layer/cell",
                                   "layers/bidirectional/forward_layer",
                                   "layers/bidirectional/forward_layer/cell",
                                   "layers/time_distributed",
                                   "layers/time_distributed/layer",
                                   "layers/multi_head_attention",
                                   "layers/multi_head_attention/key_dense",
                                   "layers/multi_head_attention/output_dense",
                                   "layers/multi_head_attention/query_dense",
                                   "layers/multi_head_attention/value_dense",
                                   "layers/rnn",
                                   "layers/rnn/cell",
                                   "layers/rnn/cell/cells/gru_cell",
                                   "layers/rnn/cell/cells/gru_cell_1",
                                   "layers/sequential",
                                   "layers/sequential/layers/dense"});
    // Of a class of the user's: by the names that were given, else by the classes'.
    Sequential model(layers::InputLayer({3}), Block());
    model(golden::scrambled({1, 3}, 1));
    CHECK(paths(model) ==
          std::vector<std::string>{"", "layers/block", "layers/block/dense", "layers/block/named"});
}

TEST_CASE("Layers of one name inside a model of one's own have places of their own", "[io][keras-file]") {
    struct Pair : Model {
        layers::Dense first{4, {.name = "block"}}, second{4, {.name = "block"}};
        Tensor call(const Tensor& x) override { return second(first(x)); }
    };
    const test::TemporaryDirectory dir;
    Pair model, again;
    const Tensor x = golden::scrambled({1, 4}, 1);
    const Tensor y = model(x);
    again(x);
    model.save_weights(dir.file("m.weights.h5"));
    again.load_weights(dir.file("m.weights.h5"));
    CHECK(same({again(x)}, {y}));
}

TEST_CASE("A file has no more than it needs, and every group has its layer's name", "[io][keras-file]") {
    const test::TemporaryDirectory dir;
    clear_session();
    small().save(dir.file("m.keras"));
    const io::ZipReader zip(std::make_shared<io::InputFile>(dir.file("m.keras")), {});
    CHECK(zip.names() == std::vector<std::string>{"metadata.json", "config.json", "model.weights.h5"});
    const io::hdf5::Reader file(zip.open("model.weights.h5"));
    const io::hdf5::Group* vars = file.root().find_group("layers/dense_1/vars");
    REQUIRE(vars);
    CHECK(std::get<std::string>(vars->attributes.at("name")) == "dense_1");
    CHECK(vars->datasets.at("0")->shape == Shape{3, 2});
}

TEST_CASE("A layer that models inside a model share is one again", "[io][keras-file]") {
    const test::TemporaryDirectory dir;
    const layers::Dense shared(3, {.name = "shared"});
    const Sequential model(layers::InputLayer({3}), Sequential(layers::InputLayer({3}), shared),
                           Sequential(layers::InputLayer({3}), shared, layers::Dense(2)));
    const Tensor x = golden::scrambled({2, 3}, 1);
    model.save(dir.file("m.keras"));
    const LoadedModel again = load_model(dir.file("m.keras"));
    CHECK(again.variables().size() == 4);
    CHECK(same({again.predict(x)}, {model.predict(x)}));
}

TEST_CASE("How fast models are saved and loaded", "[.][keras-speed]") {
    const test::TemporaryDirectory dir;
    Sequential lenet = models::lenet5({.classes = 10});
    lenet.build({Shape::unknown, 28, 28, 1});
    lenet.save(dir.file("lenet5.keras"));
    fmt::print("LeNet-5: loaded in {:.2f} ms\n",
               1e3 * best_of(20, [&] { load_model(dir.file("lenet5.keras")); }));

    const Model resnet = models::resnet50();
    const std::string path = dir.file("resnet50.keras");
    const double saved = best_of(3, [&] { resnet.save(path); });
    const double loaded = best_of(5, [&] { load_model(path); });
    const double gigabytes = static_cast<double>(std::filesystem::file_size(path)) / 1e9;
    fmt::print("ResNet50, {:.0f} MB: saved in {:.0f} ms, loaded in {:.0f} ms, {:.2f} GB/s\n", 1e3 * gigabytes,
               1e3 * saved, 1e3 * loaded, gigabytes / loaded);
    const std::string weights = dir.file("resnet50.weights.h5");
    resnet.save_weights(weights);
    fmt::print("the weights alone into a model that is there: {:.0f} ms\n",
               1e3 * best_of(5, [&] { Model(resnet).load_weights(weights); }));
}
