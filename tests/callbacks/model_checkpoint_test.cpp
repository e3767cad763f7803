#include "callbacks/scripted.hpp"
#include "support/files.hpp"

#include <keratin/io/safetensors.hpp>
#include <keratin/io/saving.hpp>
#include <keratin/layers/dense.hpp>

#include <filesystem>
#include <regex>

using namespace keratin;
using nlohmann::json;

namespace {

/// Keras's file formats, put into words of ours.
std::string as_safetensors(const std::string& text) {
    return std::regex_replace(text, std::regex(R"(\.keras|\.weights\.h5)"), ".safetensors");
}

std::string without(std::string text, const std::string& part) {
    for (size_t at; (at = text.find(part)) != std::string::npos;) text.erase(at, part.size());
    return text;
}

std::vector<std::string> files_in(const std::string& directory) {
    std::vector<std::string> files;
    for (const auto& entry : std::filesystem::recursive_directory_iterator(directory))
        if (entry.is_regular_file())
            files.push_back(std::filesystem::relative(entry.path(), directory).string());
    std::sort(files.begin(), files.end());
    return files;
}

callbacks::ModelCheckpointOptions options(const json& args) {
    callbacks::ModelCheckpointOptions result{.monitor = args.value("monitor", "val_loss"),
                                             .verbose = args.value("verbose", 0),
                                             .save_best_only = args.value("save_best_only", false),
                                             .mode = callbacks::mode(args.value("mode", "auto"))};
    if (args.contains("initial_value_threshold"))
        result.initial_value_threshold = args["initial_value_threshold"].get<double>();
    return result;
}

}  // namespace

TEST_CASE("ModelCheckpoint saves and prints as Keras's", "[callbacks][model_checkpoint][golden]") {
    int compared = 0;
    for (const json& c : scripted::text()["model_checkpoint"]) {
        const std::string name = c["name"];
        INFO(name);
        if (name == "best only, not in the logs") continue;  // see the next test
        const test::TemporaryDirectory directory;
        const std::string path = directory.file(as_safetensors(c["args"]["filepath"]));
        callbacks::ModelCheckpoint callback(path, options(c["args"]));
        scripted::Model model = scripted::model();
        scripted::run(callback, model, c, [&](const json& entry, const std::string& output) {
            CHECK(without(output, directory.path() + "/") == as_safetensors(entry["output"]));
        });
        std::vector<std::string> files;
        for (const json& file : c["files"]) files.push_back(as_safetensors(file));
        CHECK(files_in(directory.path()) == files);
        ++compared;
    }
    CHECK(compared == 10);
}

TEST_CASE("ModelCheckpoint keeps the best where Keras would overwrite it unseen",
          "[callbacks][model_checkpoint]") {
    // An epoch without validation has no val_loss. Keras saves then, over the best model so far.
    const test::TemporaryDirectory directory;
    scripted::Model model = scripted::model();
    callbacks::ModelCheckpoint callback(directory.file("best.safetensors"), {.save_best_only = true});
    callback.model = &model;
    Logs validated, not_validated;
    validated.set("val_loss", 1.0);
    not_validated.set("loss", 1.0);
    callback.on_epoch_end(0, validated);
    const std::string best = test::read_file(directory.file("best.safetensors"));
    model.layers().back().variables().back().assign(full({3}, 7));
    CHECK(test::captured([&] { callback.on_epoch_end(1, not_validated); }, stderr) ==
          "keratin: the callback watches \"val_loss\", which is not in the logs; there are: loss\n");
    CHECK(test::read_file(directory.file("best.safetensors")) == best);
}

TEST_CASE("A checkpoint holds the weights of its epoch", "[callbacks][model_checkpoint][fit]") {
    const test::TemporaryDirectory directory;
    scripted::Model model = scripted::model();
    const json& setup = scripted::text()["setup"];
    std::vector<std::vector<Tensor>> kept;
    callbacks::LambdaCallback keeper(
        {.on_epoch_end = [&](int64_t, Logs&) { kept.push_back(model.get_weights()); }});
    model.fit(golden::tensor(setup["x"]), golden::tensor(setup["y"]),
              {.epochs = 3,
               .verbose = 0,
               .callbacks = {callbacks::ModelCheckpoint(directory.file("{epoch:02d}.safetensors")), keeper}});
    CHECK(files_in(directory.path()) ==
          std::vector<std::string>{"01.safetensors", "02.safetensors", "03.safetensors"});
    for (size_t epoch = 0; epoch < kept.size(); ++epoch) {
        model.load_weights(directory.file(fmt::format("{:02d}.safetensors", epoch + 1)));
        for (size_t i = 0; i < kept[epoch].size(); ++i)
            CHECK(std::ranges::equal(model.get_weights()[i].data<float>(), kept[epoch][i].data<float>()));
    }
}

TEST_CASE("save_freq counts batches, over epochs", "[callbacks][model_checkpoint][fit]") {
    const test::TemporaryDirectory directory;
    scripted::Model model = scripted::model();
    const json& setup = scripted::text()["setup"];
    const callbacks::ModelCheckpoint callback(directory.file("{epoch}-{batch}.safetensors"),
                                              {.save_freq = 2});
    model.fit(golden::tensor(setup["x"]), golden::tensor(setup["y"]),
              {.batch_size = 2, .epochs = 2, .verbose = 0, .callbacks = {callback}});
    // Three batches an epoch: the second, the fourth and the sixth.
    CHECK(files_in(directory.path()) ==
          std::vector<std::string>{"1-2.safetensors", "2-1.safetensors", "2-3.safetensors"});
}

TEST_CASE("ModelCheckpoint saves whole models for Keras, and weights", "[callbacks][model_checkpoint][fit]") {
    const test::TemporaryDirectory directory;
    const auto made = [] {
        Sequential model(layers::Dense(3, {.activation = "tanh"}), layers::Dense(1));
        model.build({Shape::unknown, 2});
        model.compile({.optimizer = "adam", .loss = "mse"});
        return model;
    };
    Sequential model = made();
    const callbacks::ModelCheckpoint whole(directory.file("{epoch}.keras")),
        weights(directory.file("{epoch}.weights.h5"), {.save_weights_only = true});
    model.fit(ones({4, 2}), ones({4, 1}), {.verbose = 0, .callbacks = {whole, weights}});
    CHECK(files_in(directory.path()) == std::vector<std::string>{"1.keras", "1.weights.h5"});
    for (const char* file : {"1.keras", "1.weights.h5"}) {
        Sequential other = made();
        other.load_weights(directory.file(file));
        for (size_t i = 0; i < model.get_weights().size(); ++i)
            CHECK(std::ranges::equal(model.get_weights()[i].data<float>(),
                                     other.get_weights()[i].data<float>()));
    }
    CHECK(load_model(directory.file("1.keras")).optimizer().iterations() == 1);
}

TEST_CASE("ModelCheckpoint says what is wrong with its arguments", "[callbacks][model_checkpoint][errors]") {
    using callbacks::ModelCheckpoint;
    CHECK_THROWS_MATCHES(ModelCheckpoint("best.npz"), ValueError,
                         Message("ModelCheckpoint: \"best.npz\" must end in .safetensors or .keras for "
                                 "checkpoints and whole models"));
    CHECK_THROWS_MATCHES(
        ModelCheckpoint("best.keras", {.save_weights_only = true}), ValueError,
        Message("ModelCheckpoint: \"best.keras\" must end in .safetensors or .weights.h5 for weights"));
    CHECK_THROWS_MATCHES(ModelCheckpoint("x.safetensors", {.save_freq = 0}), ValueError,
                         Message("ModelCheckpoint: save_freq is 0; it must be at least 1"));
    const test::TemporaryDirectory directory;
    scripted::Model model = scripted::model();
    Logs logs;
    logs.set("loss", 1);
    const auto ends = [&](const std::string& path) {
        ModelCheckpoint callback(path);
        callback.model = &model;
        callback.on_epoch_end(0, logs);
    };
    CHECK_THROWS_MATCHES(
        ends("{val_loss}.safetensors"), ValueError,
        Message("ModelCheckpoint: \"{val_loss}.safetensors\" names \"val_loss\", which is not in the logs; "
                "there are epoch, loss"));
    CHECK_THROWS_WITH(ends("{{{loss:.2f}-{acc:d}.safetensors"),
                      Catch::Contains("names \"acc\", which is not"));
    CHECK_THROWS_MATCHES(
        ends("{loss:d}.safetensors"), ValueError,
        Message(
            "ModelCheckpoint: \"{loss:d}.safetensors\" is no format of the logs: invalid type specifier"));
    CHECK_THROWS_AS(ends("{.safetensors"), ValueError);
    test::write_file(directory.file("file"), "");
    CHECK_THROWS_MATCHES(ends(directory.file("file/x.safetensors")), IoError,
                         Message(directory.file("file") + ": the directory cannot be made: Not a directory"));
    CHECK(files_in(directory.path()) == std::vector<std::string>{"file"});
}
