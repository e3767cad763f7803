#include "conformance/layers/families.hpp"
#include "io/keras/keras_cases.hpp"
#include "support/catch.hpp"
#include "support/files.hpp"
#include "support/golden_match.hpp"

#include <keratin/keratin.hpp>

#include <cstdlib>
#include <fstream>
#include <functional>

/// The two sides of tests/golden/check_keras.py, which runs these cases and has real Keras read what they
/// wrote.
using namespace keratin;

namespace {

std::string folder() {
    const char* path = std::getenv("KERATIN_KERAS_FOLDER");
    if (!path) FAIL("KERATIN_KERAS_FOLDER must name a folder; tests/golden/check_keras.py does that");
    return path;
}

Config tensor_node(const Tensor& x) {
    const Tensor wide = convert(x, float64);
    const auto data = wide.data<double>();
    return Config::object(
        {{"shape", x.shape()}, {"dtype", name(x.dtype())}, {"data", Config::List(data.begin(), data.end())}});
}

Config tensor_nodes(const std::vector<Tensor>& tensors) {
    Config list = Config::List{};
    for (const Tensor& x : tensors) list.append(tensor_node(x));
    return list;
}

void write_text(const std::string& path, const std::string& text) {
    std::ofstream(path) << text;
}

/// Saves models with what they predict.
class Writer {
public:
    explicit Writer(std::string folder) : folder_(std::move(folder)) {}

    void add(const std::string& name, const Model& model, const std::vector<Tensor>& inputs) {
        const std::string file = fmt::format("{:03}_{}.keras", cases_.as_list().size(), name);
        model.save(folder_ + "/" + file);
        cases_.append(Config::object({{"file", file},
                                      {"inputs", tensor_nodes(inputs)},
                                      {"outputs", tensor_nodes(model.predict_all(inputs))}}));
    }
    void finish() { write_text(folder_ + "/models.json", cases_.to_json()); }

private:
    std::string folder_;
    Config cases_ = Config::List{};
};

/// Weights that no initializer makes.
void scramble(const Model& model) {
    uint32_t seed = 100;
    for (const Variable& variable : model.variables())
        if (is_floating(variable.dtype()))
            variable.assign(
                convert(golden::scrambled(variable.shape(), ++seed, 0.4, variable.trainable() ? 0 : 1),
                        variable.dtype()));
}

Tensor sample(const conformance::Input& input, uint32_t seed) {
    if (!input.dtype || is_floating(*input.dtype)) return golden::scrambled(input.shape, seed);
    std::vector<int64_t> integers;
    for (int64_t i = 0; i < input.shape.size(); ++i) integers.push_back((7 * i + seed) % input.below);
    return convert(Tensor::from(integers, input.shape), *input.dtype);
}

/// What Keras with TensorFlow does not compute on a CPU, or not as its documentation says, and cells outside
/// of an RNN.
bool is_left_out(const conformance::LayerCase& layer, const Layer& made) {
    const std::string& name = layer.class_name;
    if (name == "InputLayer" || name == "RandomCrop" || name.ends_with("Cell") || name.ends_with("Cells"))
        return true;
    const Config config = made.get_config();
    return (name == "Conv2DTranspose" && !(config["dilation_rate"] == Config(Size2(1)))) ||
           (name == "RMSNormalization" && !(config["axis"] == Config(-1)));
}

void add_layer(Writer& writer, const conformance::LayerCase& layer, const conformance::Configuration& one) {
    const auto made = one.maker.make();
    if (one.facts.call || is_left_out(layer, *made)) return;
    std::vector<KerasTensor> x;
    std::vector<Tensor> inputs;
    for (const conformance::Input& input : one.facts.input.list) {
        layers::InputLayerOptions options{.dtype = input.dtype.value_or(float32)};
        if (one.what.find("stateful") != std::string::npos) options.batch_size = input.shape[0];
        x.push_back(Input(input.shape.slice(1, input.shape.rank()), options));
        inputs.push_back(sample(input, static_cast<uint32_t>(inputs.size()) + 1));
    }
    const Model model(x, made->apply(x));
    scramble(model);
    writer.add(layer.class_name, model, inputs);
}

void add_nets(Writer& writer) {
    Sequential lenet = models::lenet5({.classes = 10});
    lenet.build({Shape::unknown, 28, 28, 1});
    lenet.compile({.optimizer = optimizers::Adam(),
                   .loss = "sparse_categorical_crossentropy",
                   .metrics = {"accuracy"}});
    writer.add("lenet5", lenet, {golden::scrambled({2, 28, 28, 1}, 1)});
    KerasTensor x = Input({8, 8, 3});
    KerasTensor y = layers::Conv2D(4, {.kernel_size = 3, .padding = "same", .activation = "relu"})(x);
    const layers::Conv2D shared(4, {.kernel_size = 3, .padding = "same"});
    y = layers::Add()({shared(y), shared(shared(y))});
    Model net(x, {layers::Dense(3, {.activation = "softmax"})(layers::GlobalAveragePooling2D()(y)), y});
    scramble(net);
    net.compile({.optimizer = "sgd",
                 .loss = {"categorical_crossentropy", losses::Huber({.delta = 0.5})},
                 .loss_weights = {1.0, 0.25}});
    writer.add("shared", net, {golden::scrambled({2, 8, 8, 3}, 1)});
}

/// One configuration of each class, or all of them.
void add_layers(Writer& writer, bool all) {
    using namespace conformance;
    for (const auto& family :
         {activation_layers, attention_layers, core_layers, encoding_layers, image_convolution_layers,
          image_layers, merging_layers, model_layers, normalization_layers, pooling_layers, recurrent_layers,
          regularization_layers, reshaping_layers, sequence_convolution_layers})
        for (const LayerCase& layer : family())
            for (size_t i = 0; i < (all ? layer.configurations.size() : 1); ++i) {
                const Configuration& one = layer.configurations[layer.configurations.size() - 1 - i];
                clear_session();
                INFO(layer.class_name << " " << one.what);
                CHECK_NOTHROW(add_layer(writer, layer, one));
            }
}

/// Networks as large as those who train them have them, without the softmax at their end.
void add_whole_nets(Writer& writer) {
    const std::vector<std::pair<std::string, std::function<Model()>>> nets = {
        {"vgg16", [] { return models::vgg16({.classifier_activation = "linear"}); }},
        {"resnet50", [] { return models::resnet50({.classifier_activation = "linear"}); }},
        {"mobilenet_v2", [] { return models::mobilenet_v2({.classifier_activation = "linear"}); }}};
    for (const auto& [name, make] : nets) {
        clear_session();
        const Model net = make();  // one at a time
        golden::set_scrambled_weights(net);
        writer.add(name, net, {golden::scrambled({1, 224, 224, 3}, 1)});
    }
}

}  // namespace

TEST_CASE("Every layer comes back from a file with what it predicted", "[io][keras-file]") {
    const test::TemporaryDirectory dir;
    Writer writer(dir.path());
    add_layers(writer, false);
    writer.finish();
    std::ifstream stream(dir.file("models.json"));
    for (const auto& entry : nlohmann::json::parse(stream)) {
        const std::string file = entry["file"];
        INFO(file);
        const std::vector<Tensor> outputs = load_model(dir.file(file)).predict_all(keras_inputs(entry));
        REQUIRE(outputs.size() == entry["outputs"].size());
        for (size_t i = 0; i < outputs.size(); ++i)
            CHECK(golden::mismatch(outputs[i], entry["outputs"][i], 0, 0) == "");
    }
}

TEST_CASE("Writes models for Keras", "[.][write-keras]") {
    Writer writer(folder());
    add_layers(writer, std::getenv("KERATIN_KERAS_ALL") != nullptr);
    add_nets(writer);
    register_golden_classes();
    for (const auto& entry : keras_cases()) {
        const std::string file = entry["name"];
        INFO(file);
        if (!entry["inputs"].empty() && file.find("weights") == std::string::npos &&
            file.find("mixed") == std::string::npos)
            CHECK_NOTHROW(writer.add("again_" + file.substr(0, file.find('.')), load_model(keras_file(file)),
                                     keras_inputs(entry).list()));
    }
    writer.finish();
}

TEST_CASE("Writes whole networks for Keras", "[.][write-nets]") {
    Writer writer(folder());
    add_whole_nets(writer);
    writer.finish();
}

TEST_CASE("Predicts with whole networks of Keras", "[.][predict-nets]") {
    std::ifstream stream(folder() + "/nets.json");
    for (const auto& net : nlohmann::json::parse(stream)) {
        const std::string file = folder() + "/" + net["file"].get<std::string>();
        INFO(file);
        const LoadedModel model = load_model(file);
        write_text(file + ".json", tensor_nodes(model.predict_all(keras_inputs(net))).to_json());
    }
}

TEST_CASE("Trains on what Keras has trained", "[.][train-keras]") {
    std::ifstream stream(folder() + "/train.json");
    for (const auto& task : nlohmann::json::parse(stream)) {
        const std::string file = folder() + "/" + task["file"].get<std::string>();
        INFO(file);
        const std::string weights = file.substr(0, file.rfind('.')) + ".weights.json";
        LoadedModel model = load_model(file);
        if (task["shards_of"].is_number()) model.load_weights(weights);
        Config losses = Config::List{};
        const auto first = task["first"].get<uint32_t>(), count = task["steps"].get<uint32_t>();
        for (uint32_t i = 0; i < count; ++i) losses.append(training_step(model, first + i));
        if (task["shards_of"].is_number())
            model.save_weights(weights, {.max_shard_size = task["shards_of"].get<double>()});
        else
            model.save(file);
        write_text(file + ".json", losses.to_json());
    }
}
