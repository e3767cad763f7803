#include "support/catch.hpp"

#include "support/capture.hpp"
#include "support/files.hpp"
#include "support/golden_match.hpp"
#include "support/golden_tensor.hpp"
#include "support/numbers.hpp"
#include "support/picture_files.hpp"

#include <keratin/data/image_dataset.hpp>
#include <keratin/layers/dense.hpp>
#include <keratin/layers/flatten.hpp>
#include <keratin/layers/rescaling.hpp>
#include <keratin/models/sequential.hpp>

#include <algorithm>
#include <filesystem>

using namespace keratin;
using namespace keratin::utils;

namespace {

/// The directory that the golden numbers were made in.
class Tree {
public:
    Tree() {
        for (const std::string path : golden::load("data.json").at("tree")) write(path);
    }
    void write(const std::string& path) const {
        const std::filesystem::path file = directory_.file(path);
        std::filesystem::create_directories(file.parent_path());
        std::string kind = file.extension().string();
        std::transform(kind.begin(), kind.end(), kind.begin(),
                       [](char c) { return static_cast<char>(std::tolower(c)); });
        if (kind == ".jpeg") kind = ".jpg";
        test::write_file(file.string(), kind == ".txt" ? "text" : test::picture_bytes("rgb" + kind));
    }
    const std::string& path() const { return directory_.path(); }

private:
    test::TemporaryDirectory directory_;
};

ImageDatasetOptions options_of(const nlohmann::json& args) {
    ImageDatasetOptions options{.image_size = {4, 5}};
    if (args.contains("labels")) options.labels = args["labels"].get<std::vector<int32_t>>();
    if (args.contains("label_mode"))
        options.label_mode =
            LabelMode::named(args["label_mode"].is_null() ? "none" : args["label_mode"].get<std::string>());
    if (args.contains("class_names"))
        options.class_names = args["class_names"].get<std::vector<std::string>>();
    if (args.contains("color_mode"))
        options.color_mode = ColorMode::named(args["color_mode"].get<std::string>());
    if (args.contains("image_size"))
        options.image_size = {args["image_size"][0].get<int64_t>(), args["image_size"][1].get<int64_t>()};
    if (args.contains("shuffle")) options.shuffle = args["shuffle"];
    if (args.contains("seed")) options.seed = args["seed"].get<uint64_t>();
    if (args.contains("validation_split")) options.validation_split = args["validation_split"];
    if (args.contains("subset") && args["subset"] != "both")
        options.subset = Subset::named(args["subset"].get<std::string>());
    if (args.contains("interpolation"))
        options.interpolation = interpolation(args["interpolation"].get<std::string>());
    options.crop_to_aspect_ratio = args.contains("crop_to_aspect_ratio");
    options.pad_to_aspect_ratio = args.contains("pad_to_aspect_ratio");
    return options;
}

Tensor all_labels(const ImageDataset& images) {
    const Batch all = *images.unbatch().batch(100).begin();
    return all.y;
}

}  // namespace

TEST_CASE("Files of a directory come in Keras's order, with its labels and its words",
          "[data][image_dataset]") {
    const Tree tree;
    for (const auto& c : golden::load("data.json").at("directories")) {
        INFO(c.at("args").dump());
        const ImageDatasetOptions options = options_of(c.at("args"));
        std::vector<ImageDataset> parts;
        const std::string printed = test::captured([&] {
            if (c.at("parts").size() == 1) {
                parts = {image_dataset_from_directory(tree.path(), options)};
            } else {
                auto [training, validation] = image_datasets_from_directory(tree.path(), options);
                parts = {training, validation};
            }
        });
        CHECK(printed == c.at("printed"));
        for (size_t i = 0; i < parts.size(); ++i) {
            const auto& expected = c.at("parts")[i];
            std::vector<std::string> paths;
            for (const std::string& path : parts[i].file_paths)
                paths.push_back(path.substr(tree.path().size() + 1));
            CHECK(paths == expected.at("file_paths").get<std::vector<std::string>>());
            if (expected.at("class_names").is_null())
                CHECK(parts[i].class_names.empty());
            else
                CHECK(parts[i].class_names == expected.at("class_names").get<std::vector<std::string>>());
            if (!expected.contains("labels")) continue;
            const Tensor labels = all_labels(parts[i]);
            CHECK(labels.dtype() == golden::tensor(expected.at("labels")).dtype());
            CHECK(labels.shape() == golden::tensor(expected.at("labels")).shape());
            CHECK(golden::mismatch(labels, expected.at("labels"), 0) == "");
        }
    }
}

TEST_CASE("Pictures of a directory are resized as in Keras", "[data][image_dataset]") {
    for (const auto& c : golden::load("data.json").at("resized")) {
        INFO(c.at("file") << c.at("args").dump());
        const test::TemporaryDirectory directory;
        test::write_file(directory.file(c.at("file")), test::picture_bytes(c.at("file")));
        ImageDatasetOptions options = options_of(c.at("args"));
        options.label_mode = "none";
        options.shuffle = options.verbose = false;
        const Batch batch = *image_dataset_from_directory(directory.path(), options).begin();
        CHECK(batch.x.front().dtype() == float32);
        CHECK(batch.x.front().shape() == golden::tensor(c.at("result")).shape());
        CHECK(golden::mismatch(batch.x, c.at("result"), 1e-5, 1e-4) == "");
        CHECK(batch.y.size() == 0);
    }
}

TEST_CASE("Images shuffle anew in every run, keep their labels, and train a model", "[data][image_dataset]") {
    const Tree tree;
    ImageDatasetOptions options{.batch_size = 4, .image_size = 6, .seed = 1, .verbose = false};
    const ImageDataset images = image_dataset_from_directory(tree.path(), options);
    CHECK(images.cardinality() == 3);
    const std::vector<double> first = numbers::of(all_labels(images)),
                              second = numbers::of(all_labels(images));
    CHECK(first != second);
    CHECK(std::is_permutation(first.begin(), first.end(), second.begin(), second.end()));
    CHECK(numbers::of(all_labels(image_dataset_from_directory(tree.path(), options))) == first);
    options.batch_size.reset();
    CHECK(image_dataset_from_directory(tree.path(), options).begin()->x.front().shape() == Shape{6, 6, 3});
    Sequential model(layers::Rescaling(1.0 / 255), layers::Flatten(),
                     layers::Dense(3, {.activation = "softmax"}));
    model.compile({.optimizer = "sgd", .loss = "sparse_categorical_crossentropy"});
    CHECK(model.fit(images, {.epochs = 2, .verbose = 0, .validation_data = images})
              .history.at("val_loss")
              .size() == 2);
    CHECK(model.predict(images).shape() == Shape{10, 3});
}

TEST_CASE("Links are followed when told, and not in circles", "[data][image_dataset]") {
    const Tree tree;
    std::filesystem::create_directory_symlink(tree.path() + "/birds", tree.path() + "/cats/linked");
    std::filesystem::create_directory_symlink("..", tree.path() + "/birds/up");
    const auto count = [&](bool follow) {
        return image_dataset_from_directory(tree.path() + "/",
                                            {.label_mode = "none", .follow_links = follow, .verbose = false})
            .file_paths.size();
    };
    CHECK(count(false) == 12);
    CHECK(count(true) == 14);
}

TEST_CASE("A directory of images says what is wrong with it", "[data][image_dataset][errors]") {
    const Tree tree;
    const auto refused = [&](const ImageDatasetOptions& options, const std::string& text) {
        CHECK_THROWS_MATCHES(image_dataset_from_directory(tree.path(), options), ValueError,
                             Message("image_dataset_from_directory: " + text));
    };
    refused({.image_size = {0, 3}}, "image_size is (0, 3); its sides must be at least 1");
    refused({.crop_to_aspect_ratio = true, .pad_to_aspect_ratio = true},
            "crop_to_aspect_ratio and pad_to_aspect_ratio are both set; choose one");
    refused({.validation_split = 1.0, .subset = "training"},
            "validation_split is 1; it must be between 0 and 1");
    refused({.validation_split = 0.5}, "a subset needs a validation_split, and a validation_split a subset");
    refused({.seed = 1, .subset = "training"},
            "a subset needs a validation_split, and a validation_split a subset");
    refused({.validation_split = 0.5, .subset = "training"},
            "a validation_split of shuffled files needs a seed, or its sides would overlap");
    refused({.label_mode = "none", .class_names = {"cats"}},
            "class_names go with labels that the directories tell; leave one out");
    refused({.labels = std::vector<int32_t>{1}, .verbose = false},
            "1 labels are given for 12 files in " + tree.path() + "; give one for each");
    refused({.label_mode = "binary", .verbose = false},
            "label_mode \"binary\" is for 2 classes; there are 3");
    refused({.class_names = {"cats", "mice"}},
            "class_names are [\"cats\", \"mice\"]; each must be another directory in " + tree.path() +
                ", where there are [\"birds\", \"cats\", \"dogs\"]");
    refused({.class_names = {"cats", "cats"}},
            "class_names are [\"cats\", \"cats\"]; each must be another directory in " + tree.path() +
                ", where there are [\"birds\", \"cats\", \"dogs\"]");
    refused({.labels = std::vector<int32_t>(12, 7), .label_mode = "categorical"},
            "label 7 is none of 1 classes; count them from 0, or use label_mode \"int\"");
    refused({.shuffle = false, .validation_split = 0.01, .subset = "validation", .verbose = false},
            "a validation_split of 0.01 of 10 files is less than one; raise it");
    refused({.seed = uint64_t{1} << 33, .verbose = false},
            "seed is 8589934592; it must be below 2^32, as NumPy's");
    CHECK_THROWS_AS(image_dataset_from_directory(tree.path() + "/none"), IoError);
    const test::TemporaryDirectory empty;
    CHECK_THROWS_MATCHES(
        image_dataset_from_directory(empty.path()), ValueError,
        Message("image_dataset_from_directory: there is no .bmp, .jpeg, .jpg or .png file in " +
                empty.path() + " that is in a directory of its class"));
    test::write_file(tree.path() + "/cats/a.png", "nonsense");
    const ImageDataset damaged = image_dataset_from_directory(tree.path(), {.verbose = false});
    CHECK_THROWS_AS(all_labels(damaged), FormatError);
    test::write_file(tree.path() + "/cats/x.GIF", "GIF89a");
    CHECK_THROWS_MATCHES(
        image_dataset_from_directory(tree.path()), FormatError,
        Message(tree.path() + "/cats/x.GIF: is a GIF, which is not read; convert it to PNG"));
}
