#include "onnx/masked_nets.hpp"
#include "onnx/proto.hpp"
#include "support/files.hpp"

#include <keratin/core/error.hpp>
#include <keratin/io/onnx.hpp>
#include <keratin/io/safetensors.hpp>

#include <cstdlib>
#include <set>

using namespace keratin;

namespace {

/// Those of all conformance::LayerCases, graphs, and whole ones.
std::vector<onnx_nets::Net> all_nets() {
    std::vector<onnx_nets::Net> nets = onnx_nets::layers();
    for (const auto more : {onnx_nets::graphs, onnx_nets::masked_graphs, onnx_nets::whole})
        for (onnx_nets::Net& net : more()) nets.push_back(std::move(net));
    return nets;
}

/// Why it cannot be written; "" when it was.
std::string saved(const Model& model, const std::string& path) {
    try {
        io::save_onnx(model, path);
        return "";
    } catch (const ValueError& error) {
        return error.what();
    }
}

}  // namespace

TEST_CASE("Writes models and what they predict, for tests/golden/check_onnx.py", "[.][onnx_files]") {
    const char* directory = std::getenv("KERATIN_ONNX_DIRECTORY");
    REQUIRE(directory);
    size_t number = 0;
    for (const onnx_nets::Net& net : all_nets()) {
        INFO(net.name);
        const std::string path = fmt::format("{}/{:03}", directory, number++);
        clear_session();
        const std::shared_ptr<Model> model = net.make();
        const std::string refused = saved(*model, path + ".onnx");
        test::write_file(path + ".txt", net.name + "\n" + refused + "\n");
        if (!refused.empty()) continue;
        io::NamedTensors tensors;
        const std::vector<Tensor> outputs = model->apply(net.inputs);
        for (size_t i = 0; i < net.inputs.size(); ++i)
            tensors.emplace_back(fmt::format("input{}", i), net.inputs[i]);
        for (size_t i = 0; i < outputs.size(); ++i)
            tensors.emplace_back(fmt::format("output{}", i), outputs[i]);
        io::save_safetensors(path + ".safetensors", tensors);
    }
    CHECK(number > 200);
}

TEST_CASE("Models that are written and read again predict the same", "[onnx]") {
    const test::TemporaryDirectory directory;
    const std::string path = directory.file("model.onnx");
    // What ONNX has no operators for, or none that could do it, and one configuration of others.
    std::set<std::string> refused, unread;
    for (const onnx_nets::Net& net : all_nets()) {
        INFO(net.name);
        clear_session();
        const std::shared_ptr<Model> model = net.make();
        if (const std::string text = saved(*model, path); !text.empty()) {
            refused.insert(net.class_name);
            CHECK(text.find("cannot be written as ONNX: ") != std::string::npos);
            continue;
        }
        const std::vector<Tensor> expected = model->apply(net.inputs);
        std::shared_ptr<Model> again;
        try {
            again = io::load_onnx(path);
        } catch (const FormatError&) {  // a Scan
            if (net.class_name != "RNN" && net.name.find("recurrences") == std::string::npos) throw;
            unread.insert(net.name);
            continue;
        }
        const std::vector<Tensor> outputs = again->apply(net.inputs);
        REQUIRE(outputs.size() == expected.size());
        for (size_t i = 0; i < outputs.size(); ++i) {
            CHECK(outputs[i].dtype() == (is_floating(expected[i].dtype()) ? float32 : expected[i].dtype()));
            CHECK(numbers::difference(outputs[i], expected[i]) < 1e-5);
        }
    }
    CHECK(refused == std::set<std::string>{"GroupNormalization", "IntegerLookup", "Resizing"});
    CHECK(unread == std::set<std::string>{"RNN, of a cell", "RNN, of several", "recurrences behind masks",
                                          "recurrences of other activations"});
}

TEST_CASE("Images are turned at the ends of a graph, and where a layer needs Keras's order", "[onnx]") {
    const test::TemporaryDirectory directory;
    const std::string path = directory.file("model.onnx");
    // LeNet-5 flattens images, ResNet-20 reshapes some to pad channels, and `branching` enlarges its input.
    const std::map<std::string, int> expected = {
        {"LeNet-5", 2}, {"ResNet-20", 5}, {"MobileNetV2", 1}, {"branching", 3}};
    for (const onnx_nets::Net& net : onnx_nets::whole()) {
        if (!expected.contains(net.name)) continue;
        INFO(net.name);
        io::save_onnx(*net.make(), path);
        onnx::pb::ModelProto model;
        REQUIRE(model.ParseFromString(test::read_file(path)));
        const auto& nodes = model.graph().node();
        const auto turns = [](const onnx::pb::NodeProto& node) { return node.op_type() == "Transpose"; };
        CHECK(std::count_if(nodes.begin(), nodes.end(), turns) == expected.at(net.name));
    }
}

TEST_CASE("A mask is written where a layer heeds it, and a recurrent layer behind it as a Scan", "[onnx]") {
    const test::TemporaryDirectory directory;
    const std::string path = directory.file("model.onnx");
    const KerasTensor words = Input({4}, {.dtype = int32});
    const auto operators = [&](const KerasTensor& output) {
        io::save_onnx(Model(words, output), path);
        onnx::pb::ModelProto model;
        REQUIRE(model.ParseFromString(test::read_file(path)));
        std::vector<std::string> names;
        for (const auto& node : model.graph().node()) names.push_back(node.op_type());
        return names;
    };
    using Names = std::vector<std::string>;
    const KerasTensor x = layers::Embedding(5, 3, {.mask_zero = true})(words);
    CHECK(operators(layers::Flatten()(x)) == Names{"Cast", "Gather", "Flatten"});
    CHECK(operators(layers::GlobalAveragePooling1D()(x)) == Names{"Cast", "Equal", "Not", "Gather",
                                                                  "Unsqueeze", "Cast", "Mul", "ReduceSum",
                                                                  "ReduceSum", "Div"});
    const Names masked = operators(layers::LSTM(2)(x));
    CHECK(std::count(masked.begin(), masked.end(), "Scan") == 1);
    CHECK(std::count(masked.begin(), masked.end(), "LSTM") == 0);
}

TEST_CASE("What is no graph of known layers is refused by name", "[onnx]") {
    const test::TemporaryDirectory directory;
    const std::string path = directory.file("model.onnx");
    CHECK_THROWS_WITH(
        io::save_onnx(Sequential(layers::Dense(2)), path),
        Catch::Matchers::Contains("it is not built; call it, build() it, or put an InputLayer in front"));
    const KerasTensor x = Input({3});
    const Model lambda(x, layers::Lambda([](const Tensor& t) { return t * 2; }, {.name = "double"})(x));
    CHECK_THROWS_WITH(
        io::save_onnx(lambda, path),
        "save_onnx: layer 'double' (Lambda) cannot be written as ONNX: there are no operators for it");
    const KerasTensor steps = Input({4, 3}, {.batch_size = 2}), open = Input({Shape::unknown, 3, 4});
    const auto refused = [&](const KerasTensor& input, const KerasTensor& output, const char* reason) {
        CHECK_THROWS_WITH(io::save_onnx(Model(input, output), path), Catch::Matchers::Contains(reason));
    };
    refused(steps, layers::LSTM(2, {.stateful = true, .name = "lstm"})(steps),
            "layer 'lstm' (LSTM) cannot be written as ONNX: it is stateful");
    refused(open, layers::MultiHeadAttention(2, {.key_dim = 3})({open, open}),
            "it attends over several axes of a shape that is not known: (None, None, 3, 4)");
    CHECK(directory.count() == 0);  // nothing is left behind
}

TEST_CASE("Functions of keras.ops are written as operators", "[onnx]") {
    const test::TemporaryDirectory directory;
    const std::string path = directory.file("model.onnx");
    const KerasTensor x = Input({4, 3});
    const auto op = [](const char* function, const std::vector<KerasTensor>& inputs,
                       const char* arguments = "{}", std::map<size_t, Tensor> constants = {}) {
        return layers::operation(function, inputs, Config::from_json(arguments),
                                 {.constants = std::move(constants)});
    };
    const Tensor row = Tensor::from({0.5F, -1.F, 2.F});
    const KerasTensor scaled = op("numpy.Multiply", {x}, "{}", {{1, row}});
    const KerasTensor shifted = op("numpy.Subtract", {scaled}, "{}", {{0, Tensor::scalar(1.F)}});
    const KerasTensor chosen = op("numpy.Where", {op("numpy.Greater", {x, shifted}), x, shifted});
    const KerasTensor turned = op("numpy.Transpose", {chosen}, R"({"axes": [0, 2, 1]})");
    const KerasTensor wide = op("numpy.Pad", {turned}, R"({"pad_width": [[0, 0], [1, 0], [0, 2]]})");
    const KerasTensor taken =
        op("numpy.Take", {wide}, R"({"axis": 1})", {{1, Tensor::from({int64_t{2}, int64_t{0}})}});
    const KerasTensor both = op("numpy.Concatenate", {taken, op("numpy.Square", {taken})}, R"({"axis": -1})");
    const KerasTensor mean = op("numpy.Mean", {both}, R"({"axis": [1], "keepdims": true})");
    const KerasTensor rows = op("numpy.Reshape", {mean}, R"({"newshape": [-1, 12]})");
    const Model model(x, {rows, op("numpy.Max", {both}, R"({"axis": -1})"), op("nn.Softmax", {wide})});
    io::save_onnx(model, path);
    const std::vector<Tensor> inputs = {numbers::distinct({2, 4, 3}, 5, 1.0, float32)};
    const std::vector<Tensor> expected = model.apply(inputs), found = io::load_onnx(path)->apply(inputs);
    REQUIRE(found.size() == expected.size());
    for (size_t i = 0; i < found.size(); ++i) CHECK(numbers::difference(found[i], expected[i]) < 1e-6);
    CHECK_THROWS_WITH(io::save_onnx(Model(x, op("numpy.Sort", {x})), path),
                      Catch::Matchers::Contains("there are no operators for numpy.Sort"));
    const KerasTensor most = op("numpy.Max", {x}, R"({"axis": 1, "initial": 0.5})");
    CHECK_THROWS_WITH(io::save_onnx(Model(x, most), path),
                      Catch::Matchers::Contains("it has an initial value"));
}
