#include "io/file.hpp"
#include "io/keras/keras_cases.hpp"
#include "io/zip.hpp"
#include "support/catch.hpp"
#include "support/files.hpp"
#include "support/golden_match.hpp"

#include <keratin/keratin.hpp>

#include <filesystem>

using namespace keratin;
using Catch::Contains;

namespace {

bool is_in_16_bits(const std::string& file) {
    return file.find("mixed") != std::string::npos;  // rounded at other places
}

std::string mismatch(const Model& model, const nlohmann::json& entry) {
    const std::string file = entry["name"];
    const std::vector<Tensor> outputs = model.predict_all(keras_inputs(entry));
    if (outputs.size() != entry["outputs"].size()) return "another number of outputs";
    const double tolerance = is_in_16_bits(file) ? 2e-2 : 1e-5;
    std::string all;
    for (size_t i = 0; i < outputs.size(); ++i)
        all += golden::mismatch(outputs[i], entry["outputs"][i], tolerance, tolerance);
    return all;
}

const nlohmann::json& keras_case(const std::string& file) {
    for (const auto& entry : keras_cases())
        if (entry["name"] == file) return entry;
    throw std::runtime_error("no case is called " + file);
}

}  // namespace

TEST_CASE("What Keras saved predicts what it predicted there", "[io][keras-file]") {
    register_golden_classes();
    size_t models = 0;
    for (const auto& entry : keras_cases()) {
        const std::string file = entry["name"];
        if (entry["inputs"].empty() || file.find(".weights.") != std::string::npos) continue;
        INFO(file);
        ++models;
        CHECK_NOTHROW([&] { CHECK(mismatch(load_model(keras_file(file)), entry) == ""); }());
    }
    CHECK(models >= 60);
}

TEST_CASE("Training goes on from a file of Keras as it would have there", "[io][keras-file]") {
    size_t models = 0;
    for (const auto& entry : keras_cases()) {
        if (!entry.contains("losses")) continue;
        const std::string file = entry["name"];
        INFO(file);
        ++models;
        LoadedModel model = load_model(keras_file(file));
        const std::vector<double> losses = golden::values(entry["losses"]);
        std::vector<double> mine;
        for (uint32_t i = 0; i < losses.size(); ++i) mine.push_back(training_step(model, 3 + i));
        CHECK(golden::mismatch(Tensor::from(mine), losses, is_in_16_bits(file) ? 5e-3 : 1e-4) == "");
    }
    CHECK(models >= 20);
}

TEST_CASE("A loaded model reads like the model, like a pointer and like its own class", "[io][keras-file]") {
    auto again = load_model(keras_file("lenet5.keras"));
    const Tensor x = golden::scrambled({2, 28, 28, 1}, 1);
    const Tensor y = again.predict(x);
    CHECK(golden::mismatch(again->predict(x), golden::values(keras_case("lenet5.keras")["outputs"][0]),
                           1e-5) == "");
    const std::shared_ptr<Model> shared = again;
    CHECK(golden::mismatch(shared->predict(x), {y.data<float>().begin(), y.data<float>().end()}, 0) == "");
    CHECK(again.as<Sequential>().layers().size() == 8);
    CHECK(again.get_layer<layers::Conv2D>("conv2d").kernel.shape() == Shape{5, 5, 1, 2});
    CHECK(again.class_name() == "Sequential");
    CHECK(serialize(again) == serialize(*shared));
    struct Other : Model {};
    CHECK_THROWS_WITH(again.as<Other>(),
                      "sequential: as() was asked for another class; the model is a Sequential");

    SECTION("it is trained like any") {
        again.compile({.optimizer = "sgd", .loss = "sparse_categorical_crossentropy"});
        const double before = again.train_on_batch(x, Tensor::from({1, 2}))["loss"];
        CHECK(again.train_on_batch(x, Tensor::from({1, 2}))["loss"] < before);
        CHECK(shared->compiled());
    }
    SECTION("it is a part of other models") {
        const Sequential more(again, layers::Dense(2));
        CHECK(more(x).shape() == Shape{2, 2});
        const KerasTensor in = Input({28, 28, 1});
        const Model functional(in, layers::Dense(2)(again(in)));
        CHECK(functional(x).shape() == Shape{2, 2});
        CHECK(clone_model(functional)->count_params() == functional.count_params());
    }
}

TEST_CASE("A model of Keras is compiled as it was, or not at all", "[io][keras-file]") {
    const LoadedModel model = load_model(keras_file("trained_by_names.keras"));
    CHECK(model.metrics_names() == std::vector<std::string>{"loss", "size_mae", "size_square", "kind_auc",
                                                            "kind_accuracy", "size_loss", "kind_loss"});
    CHECK(model.optimizer().class_name() == "Adam");
    CHECK(model.optimizer().iterations() == 3);
    CHECK_FALSE(load_model(keras_file("trained_by_names.keras"), {.compile = false}).compiled());
    CHECK(load_model(keras_file("keras1_sequential.h5")).optimizer().learning_rate() == Approx(0.01));
    CHECK(load_model(keras_file("keras2_sequential.h5")).optimizer().learning_rate() == Approx(0.002));
    const Config config = model.get_compile_config();
    CHECK(config["loss"]["size"]["class_name"] == Config("MeanSquaredError"));
    CHECK(config["loss_weights"] == Config::object({{"size", 2.0}, {"kind", 0.5}}));
    CHECK(config["weighted_metrics"]["kind"] == Config(Config::List{"accuracy"}));
}

TEST_CASE("Layers of strings have the vocabularies that they learned in Keras", "[io][keras-file]") {
    for (const auto& entry : keras_cases()) {
        if (!entry.contains("texts")) continue;
        const std::string file = entry["name"];
        INFO(file);
        const LoadedModel model = load_model(keras_file(file));
        const auto texts = entry["texts"].get<std::vector<std::string>>();
        Tensor y;
        if (file == "text_vectorization.keras")
            y = model.get_layer<layers::Embedding>(1)(model.get_layer<layers::TextVectorization>(0)(texts));
        else
            y = model.get_layer<layers::StringLookup>(0).lookup(
                {{texts[0]}, {texts[1]}, {texts[2]}, {texts[3]}});
        CHECK(golden::mismatch(y, entry["outputs"][0], 1e-5) == "");
    }
}

TEST_CASE("Weights alone come from files of Keras 1 to 3", "[io][keras-file]") {
    const auto& small = keras_case("small.weights.h5");
    SECTION("weights.h5, with the optimizer's state") {
        LoadedModel model = load_model(keras_file("trained_adam.h5"));
        model.load_weights(keras_file("small.weights.h5"));
        CHECK(mismatch(model, small) == "");
        CHECK(model.optimizer().iterations() == 1);
    }
    SECTION("those of a .keras file") {
        const auto model = clone_model(load_model(keras_file("lenet5.keras")));
        model->load_weights(keras_file("lenet5.keras"));
        CHECK(mismatch(*model, keras_case("lenet5.keras")) == "");
    }
    SECTION("of Keras 2, by order or by name") {
        const auto model = clone_model(load_model(keras_file("keras2_sequential.h5")));
        model->load_weights(keras_file("keras2_weights.h5"));
        CHECK(mismatch(*model, keras_case("keras2_sequential.h5")) == "");
        Sequential other(layers::InputLayer({3}), layers::Dense(2, {.name = "first"}),
                         layers::Dense(3, {.name = "dense"}));
        CHECK_THROWS_WITH(other.load_weights(keras_file("keras2_weights.h5")),
                          Contains("has 2 layers with weights, the file has 4"));
        CHECK_THROWS_WITH(
            other.load_weights(keras_file("keras2_weights.h5"), {.by_name = true}),
            Contains("dense/kernel of shape (2, 3): the file has \"dense/kernel:0\" of shape (8, 3)"));
        CHECK_NOTHROW(
            other.load_weights(keras_file("keras2_weights.h5"), {.skip_mismatch = true, .by_name = true}));
        CHECK(reduce_sum(abs(other.get_layer<layers::Dense>("dense").bias)).item<double>() > 0);
    }
    SECTION("a list of names that is cut into pieces") {
        const auto& entry = keras_case("split_names.h5");
        Sequential model(layers::InputLayer({2}), layers::Dense(2));
        model.load_weights(keras_file("split_names.h5"));
        CHECK(golden::mismatch(model.get_layer<layers::Dense>(0).kernel, entry["kernel"], 1e-6) == "");
    }
    SECTION("what does not fit changes nothing") {
        Sequential model(layers::InputLayer({6, 6, 2}), layers::Conv2D(3, {.kernel_size = 3}),
                         layers::Flatten(), layers::Dense(5));
        const std::vector<Tensor> before = model.get_weights();
        const auto unchanged = [&](size_t i) {
            return reduce_all(equal(model.get_weights()[i], before[i])).item<bool>();
        };
        CHECK_THROWS_WITH(
            model.load_weights(keras_file("small.weights.h5")),
            Contains("/kernel of shape (48, 5), at \"layers/dense/vars/0\": the file has shape (48, 4)"));
        CHECK(unchanged(0));
        model.load_weights(keras_file("small.weights.h5"), {.skip_mismatch = true});
        CHECK_FALSE(unchanged(0));
        CHECK(unchanged(2));
    }
}

TEST_CASE("A .keras file may be a folder of plain files", "[io][keras-file]") {
    namespace fs = std::filesystem;
    const test::TemporaryDirectory dir;
    const std::string folder = dir.file("model");
    fs::create_directory(folder);
    const auto unpack = [&](const std::string& member) {
        const io::ZipReader zip(std::make_shared<io::InputFile>(keras_file("lenet5.keras")), {});
        std::ofstream(folder + "/" + member, std::ios::binary) << zip.open(member)->text();
    };
    unpack("config.json");
    CHECK_THROWS_WITH(load_model(folder), folder + ": there is no model.weights.h5 in it");
    unpack("model.weights.h5");
    CHECK(mismatch(load_model(folder), keras_case("lenet5.keras")) == "");
    fs::rename(folder + "/model.weights.h5", dir.file("elsewhere.h5"));
    fs::create_symlink(dir.file("elsewhere.h5"), folder + "/model.weights.h5");
    CHECK_THROWS_AS(load_model(folder), FormatError);
}
