#include "io/file.hpp"
#include "io/hdf5/writer.hpp"
#include "io/keras/keras_cases.hpp"
#include "io/zip.hpp"
#include "support/catch.hpp"
#include "support/files.hpp"

#include <keratin/keratin.hpp>

#include <chrono>

/// Files whose containers are whole and whose contents are not to be trusted.
using namespace keratin;

namespace {

/// A .keras file of this config and no weights but those given.
class MadeFile {
public:
    std::string operator()(const std::string& config, const io::hdf5::NewGroup& weights = {}) {
        const std::string path = dir_.file("made.keras");
        io::AtomicFile file(path);
        io::ZipWriter zip(file);
        const io::hdf5::Image image = io::hdf5::write(weights);
        zip.add("config.json",
                std::array{io::Piece(reinterpret_cast<const uint8_t*>(config.data()), config.size())});
        zip.add("model.weights.h5", image.pieces());
        zip.finish();
        file.commit();
        return path;
    }

private:
    test::TemporaryDirectory dir_;
};

std::string sequential(const std::string& layers) {
    return R"({"module":"keras","class_name":"Sequential","config":{"name":"s","layers":[)"
           R"({"class_name":"InputLayer","config":{"batch_shape":[null,4],"name":"i"}},)" +
           layers + "]}}";
}

std::string functional(const std::string& layers, const std::string& outputs = R"([["d",0,0]])") {
    return R"({"module":"keras.src.models.functional","class_name":"Functional","config":{"name":"f","layers":[)"
           R"({"class_name":"InputLayer","config":{"batch_shape":[null,4],"name":"i"},"name":"i","inbound_nodes":[]},)" +
           layers + R"(],"input_layers":[["i",0,0]],"output_layers":)" + outputs + "}}";
}

std::string call_of(const std::string& layer) {
    return R"([{"args":[{"class_name":"__keras_tensor__","config":{"shape":[null,4],"dtype":"float32","keras_history":[")" +
           layer + R"(",0,0]}}],"kwargs":{}}])";
}

std::string dense(const std::string& name, const std::string& input) {
    return R"({"class_name":"Dense","config":{"name":")" + name + R"(","units":4},"name":")" + name +
           R"(","inbound_nodes":)" + call_of(input) + "}";
}

struct Attack {
    const char* what;
    std::string config;
    const char* says;
};

}  // namespace

TEST_CASE("A file names no code, and cannot lie about its layers", "[io][keras-file]") {
    const std::vector<Attack> attacks = {
        {"a Lambda",
         sequential(
             R"({"module":"keras.layers","class_name":"Lambda","config":{"name":"evil","function":{"class_name":"__lambda__","config":{"code":"4wEA","defaults":null,"closure":null}}}})"),
         "evil: a Lambda holds code"},
        {"a lambda as an activation",
         sequential(
             R"({"class_name":"Dense","config":{"name":"d","units":2,"activation":{"class_name":"__lambda__","config":{"value":["4wEA",null,null]}}}})"),
         "\"activation\" in its config"},
        {"a function of another module",
         sequential(
             R"({"class_name":"Dense","config":{"name":"d","units":2,"activation":{"module":"os","class_name":"function","config":"system","registered_name":"function"}}})"),
         "system"},
        {"a class of another module",
         sequential(
             R"({"module":"os","class_name":"Dense","config":{"name":"d","units":2},"registered_name":null})"),
         "no layer is called \"Dense\""},
        {"safe mode switched off",
         sequential(
             R"({"module":"keras.config","class_name":"enable_unsafe_deserialization","config":{"name":"x"}})"),
         "no layer is called \"enable_unsafe_deserialization\""},
        {"a layer of Torch",
         sequential(
             R"({"module":"keras.layers","class_name":"TorchModuleWrapper","config":{"name":"t","module":"gASV"}})"),
         "for \"t\" is one"},
        {"two layers of one name",
         sequential(
             R"({"class_name":"ReLU","config":{"name":"r"}},{"class_name":"ReLU","config":{"name":"r"}})"),
         "a layer is called \"r\" already"},
        {"weights of a terabyte",
         sequential(R"({"class_name":"Dense","config":{"name":"d","units":1000000000000}})"),
         "the variable s/d/kernel of shape (4, 1000000000000)"},
        {"weights beyond all numbers",
         sequential(R"({"class_name":"Dense","config":{"name":"d","units":9223372036854775807}})"),
         "d: Shape: (4, 9223372036854775807) has more elements"},
        {"states of a terabyte",
         sequential(
             R"({"class_name":"Reshape","config":{"name":"r","target_shape":[2,2]}},{"class_name":"LSTM","config":{"name":"l","units":1000000000,"stateful":true}})"),
         "s/l"},
        {"pools of a terabyte",
         sequential(
             R"({"class_name":"Reshape","config":{"name":"r","target_shape":[2,2,1]}},{"class_name":"MaxPooling2D","config":{"name":"p","pool_size":[1000000000000,1]}})"),
         "window"},
        {"a name with a path in it", sequential(R"({"class_name":"ReLU","config":{"name":"../r"}})"),
         "\"../r\""},
        {"weights that are not there",
         sequential(R"({"class_name":"Dense","config":{"name":"d","units":2}})"), "more than the 0 numbers"},
        {"layers that feed one another", functional(dense("d", "e") + "," + dense("e", "d")),
         "come from no other layer"},
        {"a layer that is not there", functional(dense("d", "nobody")), "no layer is called \"nobody\""},
        {"an output that is not there",
         functional(
             R"({"class_name":"ReLU","config":{"name":"d"},"name":"d","inbound_nodes":)" + call_of("i") + "}",
             R"([["d",0,7]])"),
         "d has no output 7"},
        {"a negative place",
         functional(
             R"({"class_name":"ReLU","config":{"name":"d"},"name":"d","inbound_nodes":)" + call_of("i") + "}",
             R"([["d",-1,0]])"),
         ""},
        {"no model", R"({"class_name":"Dense","config":{"name":"d","units":2}})", "which is no model"},
        {"no object", "[1, 2]", "layer: a name or an object"},
        {"no JSON", "{", "is not JSON"},
        {"a config of another kind", R"({"class_name":"Sequential","config":{"layers":7}})",
         "a list was expected"},
    };
    MadeFile made;
    for (const Attack& attack : attacks) {
        INFO(attack.what);
        CHECK_THROWS_WITH(load_model(made(attack.config)),
                          Catch::Contains("made.keras: ") && Catch::Contains(attack.says));
        CHECK_THROWS_AS(load_model(made(attack.config)), Error);
    }
}

TEST_CASE("A build_config that lies, and weights of another shape, are found", "[io][keras-file]") {
    MadeFile made;
    const std::string config = sequential(
        R"({"class_name":"Dense","config":{"name":"d","units":2},"build_config":{"input_shape":[null,1000000000]}})");
    io::hdf5::NewGroup weights;
    io::hdf5::NewGroup& vars = weights.group("layers/dense/vars");
    vars.datasets["0"] = {ones({4, 2}), {}};
    CHECK_THROWS_WITH(load_model(made(config, weights)), Catch::Contains("s/d/bias of shape (2,)"));
    vars.datasets["1"] = {ones({2}), {}};
    CHECK(load_model(made(config, weights)).predict(ones({1, 4})).data<float>()[0] == 5);
    vars.datasets["2"] = {ones({2}), {}};
    CHECK_THROWS_WITH(load_model(made(config, weights)),
                      Catch::Contains("d has 2 variables, the file has 3 at \"layers/dense\""));
    vars.datasets.erase("2");
    vars.datasets["1"] = {ones({1, 2}), {}};
    CHECK_THROWS_WITH(load_model(made(config, weights)), Catch::Contains("the file has shape (1, 2)"));
    vars.datasets["1"] = {ones({2}, int32), {}};
    CHECK_THROWS_WITH(load_model(made(config, weights)), Catch::Contains("the file has int32"));
}

TEST_CASE("Many layers and long names take no more than their time", "[io][keras-file]") {
    MadeFile made;
    const auto seconds = [&](const std::string& config) {
        const auto begin = std::chrono::steady_clock::now();
        try {
            load_model(made(config));
        } catch (const Error&) {
        }
        return std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
    };
    std::string many, chain;
    for (int i = 0; i < 20000; ++i) {
        many += fmt::format(R"({}{{"class_name":"ReLU","config":{{"name":"r{}"}}}})", i ? "," : "", i);
        // Backwards: each waits for the next one.
        chain += fmt::format(
            R"({}{{"class_name":"ReLU","config":{{"name":"{}"}},"name":"{}","inbound_nodes":{}}})",
            i ? "," : "", i ? fmt::format("r{}", i) : "d", i ? fmt::format("r{}", i) : "d",
            call_of(i == 19999 ? "i" : fmt::format("r{}", i + 1)));
    }
    CHECK(seconds(sequential(many)) < 5);
    CHECK(seconds(functional(chain)) < 5);
    CHECK(seconds(sequential(R"({"class_name":"ReLU","config":{"name":")" + std::string(1000000, 'x') +
                             R"("}})")) < 1);
}

TEST_CASE("A .keras file with a byte changed is read or refused", "[io][keras-file]") {
    const std::string whole = test::read_file(keras_file("trained_sgd.keras"));
    uint32_t random = 1;
    for (int i = 0; i < 300; ++i) {
        std::vector<uint8_t> file(whole.begin(), whole.end());
        random = random * 1664525 + 1013904223;
        file[random % file.size()] ^= static_cast<uint8_t>(1 + (random >> 24) % 255);
        if (i % 3 == 0) file.resize(random % file.size());
        try {
            load_model(file);
        } catch (const Error&) {
        }
    }
    SUCCEED();
}
