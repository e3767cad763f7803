#include "support/catch.hpp"
#include "support/files.hpp"
#include "support/numbers.hpp"

#include <keratin/io/saving.hpp>
#include <keratin/io/tensor_file.hpp>
#include <keratin/layers/dense.hpp>
#include <keratin/layers/input_layer.hpp>
#include <keratin/models/sequential.hpp>

#include <algorithm>
#include <cstring>
#include <filesystem>

using namespace keratin;

namespace {

std::vector<std::string> names(const io::NamedTensors& tensors) {
    std::vector<std::string> names;
    for (const auto& [name, tensor] : tensors) names.push_back(name);
    return names;
}

bool equal(const Tensor& a, const Tensor& b) {
    return a.dtype() == b.dtype() && a.shape() == b.shape() &&
           std::memcmp(a.raw(), b.raw(), static_cast<size_t>(a.size()) * size_of(a.dtype())) == 0;
}

}  // namespace

TEST_CASE("A file is told by its first bytes, whatever it is called", "[io][tensor-file]") {
    const test::TemporaryDirectory folder;
    const auto [source, format] = GENERATE(table<std::string, io::FileFormat>({
        {"keras/lenet5.keras", io::FileFormat::keras},
        {"keras/lenet5.h5", io::FileFormat::h5_model},
        {"keras/small.weights.h5", io::FileFormat::h5_weights},
    }));
    const std::string path = folder.file("anything.bin");
    std::filesystem::copy_file(test::golden_file(source), path);
    CHECK(io::file_format(path) == format);
}

TEST_CASE("Tensors come back from every format of tensors", "[io][tensor-file]") {
    const test::TemporaryDirectory folder;
    const io::NamedTensors tensors = {{"a/kernel", numbers::distinct({2, 3}, 1)},
                                      {"a/vars/2", Tensor::from({1, 2, 3})},
                                      {"a/vars/10", Tensor::scalar(true, bool_)},
                                      {"b", zeros({0, 4}, float16)}};
    const std::string end = GENERATE(".safetensors", ".npz", ".h5");
    const std::string path = folder.file("tensors" + end);
    io::save_tensors(path, tensors);
    const io::NamedTensors again = io::load_tensors(path);
    CHECK(names(again) == names(tensors));
    for (size_t i = 0; i < std::min(again.size(), tensors.size()); ++i)
        CHECK(equal(again[i].second, tensors[i].second));
    CHECK(folder.count() == 1);
}

TEST_CASE("An .npy file holds one tensor, called as it is", "[io][tensor-file]") {
    const test::TemporaryDirectory folder;
    const std::string path = folder.file("digits.npy");
    io::save_tensors(path, {{"x", ones({3})}});
    CHECK(names(io::load_tensors(path)) == std::vector<std::string>{"digits"});
    CHECK_THROWS_WITH(io::save_tensors(path, {{"x", ones({3})}, {"y", ones({3})}}),
                      "save_tensors: " + path + " holds one tensor, and there are 2; end the name in .npz");
}

TEST_CASE("The variables of a Keras model are listed in their order", "[io][tensor-file]") {
    const std::string path = test::golden_file("keras/lenet5.keras");
    const io::NamedTensors tensors = io::load_tensors(path);
    CHECK(tensors.front().first == "layers/conv2d/vars/0");
    CHECK(tensors.front().second.shape() == Shape{5, 5, 1, 2});
    CHECK(io::load_metadata(path).at("keras_version") == "3.15.1");
}

TEST_CASE("A dataset that several links lead to has each name", "[io][tensor-file]") {
    const io::NamedTensors tensors = io::load_tensors(test::golden_file("hdf5/nested.h5"));
    const std::vector<std::string> found = names(tensors);
    CHECK(found.size() == 3);  // a group with two names has one of them
    for (const char* name : {"a/b/y", "same"}) CHECK(std::count(found.begin(), found.end(), name) == 1);
}

TEST_CASE("An HDF5 file is told behind a block of the user's", "[io][tensor-file]") {
    CHECK(io::file_format(test::golden_file("hdf5/user_block.h5")) == io::FileFormat::h5_weights);
}

TEST_CASE("An index of shards holds what a file of weights would", "[io][tensor-file]") {
    const test::TemporaryDirectory folder;
    const Sequential model(layers::InputLayer({4}), layers::Dense(8), layers::Dense(2));
    const std::string whole = folder.file("whole.weights.h5"), index = folder.file("parts.weights.json");
    model.save_weights(whole);
    model.save_weights(index, {.max_shard_size = 1.5e-7});
    CHECK(folder.count() > 3);
    CHECK(io::file_format(index) == io::FileFormat::h5_shards);
    const io::NamedTensors tensors = io::load_tensors(whole), again = io::load_tensors(index);
    REQUIRE(names(again) == names(tensors));
    for (size_t i = 0; i < tensors.size(); ++i) CHECK(equal(again[i].second, tensors[i].second));
}

TEST_CASE("ONNX is told by the end of its name", "[io][tensor-file]") {
    const test::TemporaryDirectory folder;
    for (const char* name : {"a.onnx", "B.ONNX"}) {
        test::write_file(folder.file(name), "\x08\x07");
        CHECK(io::file_format(folder.file(name)) == io::FileFormat::onnx);
    }
}

TEST_CASE("load_model says what reads a file of another format", "[io][tensor-file]") {
    const test::TemporaryDirectory folder;
    const auto refused = [&](const std::string& name, const std::string& text) {
        CHECK_THROWS_MATCHES(load_model(folder.file(name)), FormatError,
                             Message(folder.file(name) + ": " + text));
    };
    for (const char* name : {"x.safetensors", "x.npy"})
        io::save_tensors(folder.file(name), {{"x", ones({3})}});
    test::write_file(folder.file("x.onnx"), "\x08\x07");
    refused("x.safetensors",
            "it is of the format safetensors, which holds weights and no model; make the model and call its "
            "load_weights()");
    refused("x.npy", "it is of the format npy, which holds a tensor and no model; io::load_npy() reads it");
    refused("x.onnx",
            "it is called as an ONNX file; io::load_onnx() of the component keratin::onnx reads those");
}

TEST_CASE("A name of very many parts is refused before there are groups for them", "[io][tensor-file]") {
    const test::TemporaryDirectory folder;
    std::string name;
    for (int i = 0; i < 200'000; ++i) name += "a/";
    CHECK_THROWS_WITH(io::save_tensors(folder.file("x.h5"), {{name + "x", ones({1})}}),
                      Catch::Matchers::Contains("lies more than 64 deep"));
    CHECK(folder.count() == 0);
}

TEST_CASE("What is no file of tensors is refused", "[io][tensor-file]") {
    const test::TemporaryDirectory folder;
    test::write_file(folder.file("text"), "not a model");
    CHECK_THROWS_AS(io::file_format(folder.file("text")), FormatError);
    CHECK_THROWS_AS(io::file_format(folder.path()), FormatError);
    CHECK_THROWS_AS(io::load_tensors(folder.file("missing")), IoError);
    CHECK_THROWS_AS(io::save_tensors(folder.file("a.txt"), {}), ValueError);
}
