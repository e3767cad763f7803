#include "onnx/import/file.hpp"
#include "support/catch.hpp"
#include "support/files.hpp"
#include "support/numbers.hpp"

#include <keratin/core/error.hpp>
#include <keratin/core/random.hpp>
#include <keratin/io/onnx.hpp>
#include <keratin/layers/registry.hpp>
#include <keratin/ops/elementwise.hpp>
#include <keratin/ops/shaping.hpp>
#include <keratin/optimizers.hpp>

#include <fmt/ranges.h>

#include <algorithm>

using namespace keratin;

/// Reading what others wrote: tests/golden/make_onnx.py, in PyTorch's manner (not among
/// conformance::LayerCases).
namespace {

const std::string folder = std::string(KERATIN_SOURCE_DIR) + "/tests/golden/files/onnx/";

Tensor tensor_of(const std::string& name) {
    onnx::pb::TensorProto proto;
    REQUIRE(proto.ParseFromString(test::read_file(folder + name)));
    return onnx::tensor_of(proto, nullptr, name, "tensor");
}

/// (batch, channels, ..) as (batch, .., channels).
Tensor channels_last(const Tensor& x) {
    if (x.rank() < 3) return x;
    std::vector<int> order = {0};
    for (int axis = 2; axis < x.rank(); ++axis) order.push_back(axis);
    order.push_back(1);
    return transpose(x, order);
}

std::vector<std::string> classes_of(const Model& model) {
    std::vector<std::string> names;
    for (const LayerReference& layer : model.layers()) names.push_back(layer->class_name());
    return names;
}

int64_t count(const std::vector<std::string>& names, std::initializer_list<const char*> wanted) {
    return std::count_if(names.begin(), names.end(), [&](const std::string& name) {
        return std::any_of(wanted.begin(), wanted.end(), [&](const char* one) { return name == one; });
    });
}

struct Net {
    const char* name;
    int64_t operations;  ///< calls of keras.ops among the layers
};

}  // namespace

TEST_CASE("Convolutional nets in PyTorch's order of axes become Keras's, without a transposition", "[onnx]") {
    for (const Net& net : {Net{"lenet", 0}, Net{"resnet", 0}, Net{"mobilenet", 0}, Net{"inception", 1},
                           Net{"unet", 0}, Net{"mlp", 1}}) {
        INFO(net.name);
        set_random_seed(1);  // some drop
        const std::shared_ptr<Model> model = io::load_onnx(fmt::format("{}{}.onnx", folder, net.name));
        const std::vector<std::string> classes = classes_of(*model);
        INFO(fmt::format("{}", fmt::join(classes, " ")));
        CHECK(count(classes, {"Permute", "Transpose", "Swapaxes"}) == 0);
        CHECK(count(classes, {"Operation", "GetItem", "LogSoftmax"}) == net.operations);
        const Tensor x = channels_last(tensor_of(std::string(net.name) + ".input.pb"));
        const Tensor expected = channels_last(tensor_of(std::string(net.name) + ".output.pb"));
        CHECK(numbers::difference(model->predict(x, {.verbose = 0}), expected) < 1e-5);

        // Its config and weights make the same again, as a file of Keras's would.
        const auto again = std::dynamic_pointer_cast<Model>(layer_from_config(serialize(*model)));
        REQUIRE(again);
        again->build(x.shape());
        again->set_weights(model->get_weights());
        CHECK(numbers::of(again->predict(x, {.verbose = 0})) ==
              numbers::of(model->predict(x, {.verbose = 0})));

        // Training from here on brings the outputs nearer to others.
        const Tensor target = expected * 0.5;
        model->compile({.optimizer = optimizers::SGD({.learning_rate = 1e-2}), .loss = "mse"});
        const double before = model->evaluate(x, target, {.verbose = 0})["loss"];
        model->fit(x, target, {.epochs = 3, .verbose = 0});
        CHECK(model->evaluate(x, target, {.verbose = 0})["loss"] < before);
    }
}

TEST_CASE("A net of others is read in its own order of axes when that is asked for", "[onnx]") {
    for (const char* name : {"unet", "sequences", "resnet"}) {
        INFO(name);
        const std::shared_ptr<Model> model =
            io::load_onnx(fmt::format("{}{}.onnx", folder, name), {.channels_last = false});
        const Tensor x = tensor_of(std::string(name) + ".input.pb");
        CHECK(numbers::difference(model->apply({x}).front(), tensor_of(std::string(name) + ".output.pb")) <
              1e-5);
    }
}

TEST_CASE("A node that makes no sense is refused with its name, and an input that does not exist", "[onnx]") {
    CHECK_THROWS_WITH(io::load_onnx(folder + "mlp.onnx", {.constants = {{"nothing", ones({2})}}}),
                      Catch::Matchers::Contains("constants has 'nothing', which is no input of"));
    CHECK_THROWS_AS(io::load_onnx(folder + "missing.onnx"), IoError);
    const std::string path = folder + "resnet.onnx";
    CHECK_THROWS_WITH(io::load_onnx(path, {.limits = {.unpacked_bytes = 1000}}),
                      path + ": its initializers take more than the 1000 bytes that are allowed");
}

TEST_CASE("A model goes out in ONNX's order of axes, and comes in again", "[onnx]") {
    const test::TemporaryDirectory directory;
    const std::string path = directory.file("unet.onnx");
    const std::shared_ptr<Model> model = io::load_onnx(folder + "unet.onnx");
    io::save_onnx(*model, path, {.channels_last = false});
    onnx::pb::ModelProto proto;
    REQUIRE(proto.ParseFromString(test::read_file(path)));
    CHECK(proto.producer_name() == "keratin");
    for (const auto& node : proto.graph().node()) CHECK(node.op_type() != "Transpose");
    const Tensor x = tensor_of("unet.input.pb");
    const std::shared_ptr<Model> plain = io::load_onnx(path, {.channels_last = false});
    CHECK(numbers::difference(plain->apply({x}).front(), tensor_of("unet.output.pb")) < 1e-5);
}
