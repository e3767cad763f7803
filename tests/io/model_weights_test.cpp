#include "support/catch.hpp"

#include "support/files.hpp"
#include "support/numbers.hpp"

#include <keratin/io/safetensors.hpp>
#include <keratin/keratin.hpp>

#include <cstring>
#include <filesystem>

using namespace keratin;

namespace {

Sequential make(DType dtype = float32) {
    Sequential model(LayerOptions{.name = "m"});
    model.add(layers::Dense(3, {.dtype = dtype, .name = "a"}));
    model.add(layers::BatchNormalization({.dtype = dtype, .name = "b"}));
    model.add(Sequential(LayerOptions{.name = "c"}).add(layers::Dense(2, {.dtype = dtype, .name = "d"})));
    model.build({1, 4});
    int seed = 0;
    for (const Variable& variable : model.variables())
        variable.assign(numbers::distinct(variable.shape(), static_cast<unsigned>(++seed), 1.0, dtype));
    return model;
}

bool same_bits(const Tensor& a, const Tensor& b) {
    return a.shape() == b.shape() && a.dtype() == b.dtype() &&
           std::memcmp(a.raw(), b.raw(), static_cast<size_t>(a.size()) * size_of(a.dtype())) == 0;
}

bool same_bits(const std::vector<Tensor>& a, const std::vector<Tensor>& b) {
    return std::equal(a.begin(), a.end(), b.begin(), b.end(),
                      [](const Tensor& x, const Tensor& y) { return same_bits(x, y); });
}

void fill(const Model& model, double value) {
    for (const Variable& variable : model.variables())
        variable.assign(full(variable.shape(), value, variable.dtype()));
}

}  // namespace

TEST_CASE("Weights come back as they were saved, bit for bit", "[io][weights]") {
    const DType dtype = GENERATE(float32, float64);
    const test::TemporaryDirectory directory;
    const std::string path = directory.file("w.safetensors");
    Sequential model = make(dtype);
    const std::vector<Tensor> saved = model.get_weights();
    model.save_weights(path);
    fill(model, -3);
    model.load_weights(path);
    CHECK(same_bits(model.get_weights(), saved));
    const auto clone = model.clone();
    dynamic_cast<Sequential&>(*clone).load_weights(path);
    CHECK(same_bits(clone->get_weights(), saved));
    CHECK(directory.count() == 1);
}

TEST_CASE("The file names each variable by its path", "[io][weights]") {
    const test::TemporaryDirectory directory;
    const std::string path = directory.file("w.safetensors");
    const Sequential model = make();
    model.save_weights(path);
    const io::NamedTensors tensors = io::load_safetensors(path);
    std::vector<std::string> names;
    for (const auto& [name, tensor] : tensors) names.push_back(name);
    CHECK(names == std::vector<std::string>{"m/a/kernel", "m/a/bias", "m/b/gamma", "m/b/beta",
                                            "m/b/moving_mean", "m/b/moving_variance", "m/c/d/kernel",
                                            "m/c/d/bias"});
    for (size_t i = 0; i < names.size(); ++i) CHECK(same_bits(tensors[i].second, model.get_weights()[i]));
    CHECK(test::read_file(path).find(R"("__metadata__":{"format":"keratin"})") != std::string::npos);
}

TEST_CASE("The order in the file does not matter", "[io][weights]") {
    const test::TemporaryDirectory directory;
    const std::string path = directory.file("w.safetensors");
    Sequential model = make();
    const std::vector<Tensor> saved = model.get_weights();
    model.save_weights(path);
    io::NamedTensors tensors = io::load_safetensors(path);
    std::reverse(tensors.begin(), tensors.end());
    io::save_safetensors(path, tensors);
    fill(model, 0);
    model.load_weights(path);
    CHECK(same_bits(model.get_weights(), saved));
}

TEST_CASE("A model made once more takes the weights of the first, though its layers count on",
          "[io][weights]") {
    const test::TemporaryDirectory directory;
    const std::string path = directory.file("w.safetensors");
    clear_session();
    const auto made = [](unsigned seed) {
        Sequential model;
        for (int i = 0; i < 12; ++i) model.add(layers::Dense(4));
        model.add(Sequential(layers::Dense(4), layers::BatchNormalization()));
        model.build({1, 4});
        for (const Variable& variable : model.variables())
            variable.assign(numbers::distinct(variable.shape(), ++seed, 1.0, float32));
        return model;
    };
    const Sequential first = made(1);
    first.save_weights(path);
    Sequential second = made(100);  // dense_13 to dense_25: the names of the first are not among them
    Sequential third = made(200);
    second.load_weights(path);
    CHECK(same_bits(second.get_weights(), first.get_weights()));
    third.load_weights(path, {.skip_mismatch = true});
    CHECK(same_bits(third.get_weights(), first.get_weights()));

    // dense, dense_1 and dense_2, dense_3: none is taken for the other of the same name.
    clear_session();
    layers::Dense unused(1);
    Sequential later = made(300);
    later.load_weights(path);
    CHECK(same_bits(later.get_weights(), first.get_weights()));
    Sequential shorter(layers::Dense(4), layers::Dense(4));
    shorter.build({1, 4});
    CHECK_THROWS_WITH(shorter.load_weights(path), Catch::Contains("tensors of another model"));
    Sequential other(layers::Dense(5, {.name = "other"}));
    other.build({1, 5});
    CHECK_THROWS_WITH(other.load_weights(path, {.skip_mismatch = true}), Catch::Contains("no tensor of"));
}

TEST_CASE("Training goes on where the weights were saved", "[io][weights][fit]") {
    const test::TemporaryDirectory directory;
    Sequential model = make();
    const Tensor x = numbers::distinct({8, 4}, 1, 1.0, float32),
                 y = numbers::distinct({8, 2}, 2, 1.0, float32);
    const auto step = [&] {
        model.compile({.optimizer = "sgd", .loss = "mse"});
        return model.fit(x, y, {.batch_size = 3, .verbose = 0, .shuffle = false})["loss"][0];
    };
    model.save_weights(directory.file("w.safetensors"));
    const double first = step();
    CHECK(step() != first);
    model.load_weights(directory.file("w.safetensors"));
    CHECK(step() == first);
}

TEST_CASE("A file of another model is refused and changes nothing", "[io][weights][errors]") {
    const test::TemporaryDirectory directory;
    const std::string path = directory.file("w.safetensors");
    Sequential model = make();
    model.save_weights(path);
    const io::NamedTensors whole = io::load_safetensors(path);
    fill(model, 7);
    const std::vector<Tensor> before = model.get_weights();
    const auto refused = [&](const io::NamedTensors& tensors, const std::string& text) {
        io::save_safetensors(path, tensors);
        CHECK_THROWS_MATCHES(model.load_weights(path), ValueError, Message("m: " + path + text));
        CHECK(same_bits(model.get_weights(), before));
    };
    io::NamedTensors other = whole;
    other.back().first = "m/c/d/offset";
    refused(other, " has no tensor \"m/c/d/bias\"; it holds 8 tensors of another model");
    other = whole;
    other.pop_back();
    refused(other, " has no tensor \"m/c/d/bias\"; it holds 7 tensors of another model");
    other = whole;
    other.emplace_back("more", ones({1}));
    refused(other, " holds 9 tensors, the model has 8 variables");
    other = whole;
    other.back().second = ones({3});
    refused(other, " has m/c/d/bias of shape (3,) (float32), the model needs (2,) (float32)");
    other = whole;
    other.front().second = ones({3, 4});
    refused(other, " has m/a/kernel of shape (3, 4) (float32), the model needs (4, 3) (float32)");
    other = whole;
    other.back().second = ones({2}, float64);
    refused(other, " has m/c/d/bias of shape (2,) (float64), the model needs (2,) (float32)");
    refused({}, " has no tensor \"m/a/kernel\"; it holds 0 tensors of another model");
}

TEST_CASE("A file that is cut off anywhere changes nothing", "[io][weights][errors]") {
    const test::TemporaryDirectory directory;
    const std::string path = directory.file("w.safetensors");
    Sequential model = make();
    model.save_weights(path);
    const std::string whole = test::read_file(path);
    fill(model, 7);
    const std::vector<Tensor> before = model.get_weights();
    for (size_t length = 0; length < whole.size(); ++length) {
        INFO(length << " of " << whole.size());
        test::write_file(path, whole.substr(0, length));
        CHECK_THROWS_AS(model.load_weights(path), FormatError);
        CHECK(same_bits(model.get_weights(), before));
    }
}

TEST_CASE("Weights that cannot be read or written say why", "[io][weights][errors]") {
    const test::TemporaryDirectory directory;
    Sequential model = make();
    const std::string missing = directory.file("none/w.safetensors");
    CHECK_THROWS_AS(model.load_weights(missing), IoError);
    CHECK_THROWS_AS(model.save_weights(missing), IoError);
    CHECK_THROWS_AS(model.save_weights(directory.path()), IoError);
    CHECK_THROWS_AS(model.load_weights(directory.path()), IoError);
    CHECK(directory.count() == 0);
    Sequential unbuilt(LayerOptions{.name = "m"});
    unbuilt.add(layers::Dense(1));
    CHECK_THROWS_MATCHES(
        unbuilt.save_weights(directory.file("w.safetensors")), ValueError,
        Message("m: save_weights found no variables; build the model first, or call it once"));
    CHECK_THROWS_MATCHES(
        unbuilt.load_weights(directory.file("w.safetensors")), ValueError,
        Message("m: load_weights found no variables; build the model first, or call it once"));
    CHECK(directory.count() == 0);
}

TEST_CASE("Saving over weights replaces them whole", "[io][weights]") {
    const test::TemporaryDirectory directory;
    const std::string path = directory.file("w.safetensors");
    Sequential model = make();
    model.save_weights(path);
    fill(model, 1);
    model.save_weights(path);
    fill(model, 2);
    model.load_weights(path);
    CHECK(model.get_weights()[0].data<float>()[0] == 1);
    CHECK(directory.count() == 1);
}
