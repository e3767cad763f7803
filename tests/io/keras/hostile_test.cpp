#include "io/file.hpp"
#include "io/hdf5/writer.hpp"
#include "io/keras/keras_cases.hpp"
#include "io/zip.hpp"
#include "support/catch.hpp"
#include "support/files.hpp"
#include "support/processor_time.hpp"

#include <keratin/keratin.hpp>

#include <array>
#include <cstdlib>

/// Files whose containers are whole and whose contents are not to be trusted.
using namespace keratin;

namespace {

/// A .keras file of this config and no weights but those given.
class MadeFile {
public:
    std::string operator()(const std::string& config, const io::hdf5::NewGroup& weights = {}) {
        return written(config, io::hdf5::write(weights).pieces());
    }
    std::string operator()(const std::string& config, const std::string& weights) {
        return written(config, std::array{bytes_of(weights)});
    }

private:
    static io::Piece bytes_of(const std::string& text) {
        return {reinterpret_cast<const uint8_t*>(text.data()), text.size()};
    }
    std::string written(const std::string& config, std::span<const io::Piece> weights) {
        const std::string path = dir_.file("made.keras");
        io::AtomicFile file(path);
        io::ZipWriter zip(file);
        zip.add("config.json", std::array{bytes_of(config)});
        zip.add("model.weights.h5", weights);
        zip.finish();
        file.commit();
        return path;
    }

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

/// `count` members of no meaning.
std::string members(int count) {
    std::string text;
    for (int i = 0; i < count; ++i) text += fmt::format(R"({}"k{}":0)", i ? "," : "", i);
    return text;
}

/// A model inside a model inside a model.., each of which names the one before by its "shared_object_id" and
/// calls it this often.
std::string nested(int models, int calls) {
    std::string layers =
        R"({"class_name":"Activation","config":{"name":"m0","activation":"relu"},"shared_object_id":1})";
    for (int i = 1; i <= models; ++i) {
        const std::string before = fmt::format("m{}", i - 1);
        std::string nodes, sums;
        for (int k = 0; k < calls; ++k) {
            nodes += std::string(k ? "," : "") + R"([["i",0,0]])";
            sums += fmt::format(R"(["{}",{},0],)", before, k);
        }
        layers += fmt::format(
            R"(,{{"class_name":"Functional","shared_object_id":{},"config":{{"name":"m{}","layers":[)"
            R"({{"class_name":"InputLayer","config":{{"batch_shape":[null,4],"name":"i"}},"inbound_nodes":[]}},)"
            R"({{"class_name":"None","shared_object_id":{},"name":"{}","inbound_nodes":[{}]}},)"
            R"({{"class_name":"Maximum","config":{{"name":"max"}},"inbound_nodes":[[{}["i",0,0]]]}}],)"
            R"("input_layers":[["i",0,0]],"output_layers":[["max",0,0]]}}}})",
            i + 1, i, i, before, nodes, sums);
    }
    return sequential(layers);
}

/// A masked layer that is given another mask, of which each operation takes the one before twice.
std::string mask_of_masks(int operations) {
    const auto tensor = [](const std::string& name) {
        return R"({"class_name":"__keras_tensor__","config":{"keras_history":[")" + name + R"(",0,0]}})";
    };
    std::string layers =
        R"({"class_name":"Masking","config":{"name":"m0"},"name":"m0","inbound_nodes":)" + call_of("i") + "}";
    for (int i = 1; i <= operations; ++i) {
        const std::string before = tensor(fmt::format("m{}", i - 1));
        layers += fmt::format(
            R"(,{{"module":"keras.src.ops.numpy","class_name":"LogicalOr","config":{{"name":"m{}"}},"name":"m{}",)"
            R"("inbound_nodes":[{{"args":[{},{}],"kwargs":{{}}}}]}})",
            i, i, before, before);
    }
    std::string call = call_of("m0");
    call.replace(call.rfind("{}"), 2, R"({"mask":)" + tensor(fmt::format("m{}", operations)) + "}");
    return functional(layers + R"(,{"class_name":"ReLU","config":{"name":"d"},"name":"d","inbound_nodes":)" +
                      call + "}");
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
         "layer \"t\": no layer is called"},
        {"two layers of one name",
         sequential(
             R"({"class_name":"ReLU","config":{"name":"r"}},{"class_name":"ReLU","config":{"name":"r"}})"),
         "a layer is called \"r\" already"},
        {"two layers of one name in a graph", functional(dense("d", "i") + "," + dense("d", "i")),
         "two layers are called \"d\""},
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
        {"an axis beyond an int",
         sequential(R"({"class_name":"Softmax","config":{"name":"s","axis":4294967295}})"),
         "\"axis\" in its config: 4294967295 is out of range"},
        {"models that call one another twice", nested(40, 2), "those inside called models are counted"},
        {"a mask of masks", mask_of_masks(100), "which is not the mask that its input has"},
        {"models one inside the other", nested(70, 1), "65 layers stand inside one another"},
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

TEST_CASE("A file with what the program does not know is not damaged", "[io][keras-file]") {
    MadeFile made;
    const auto refused = [&](const std::string& config, const std::string& says) {
        const std::string path = made(config);
        CHECK_THROWS_MATCHES(load_model(path), ValueError, Message(path + ": " + says));
        return path;
    };
    refused(
        sequential(
            R"({"module":null,"class_name":"MyRes","config":{"name":"r1"},"registered_name":"my>MyRes"})"),
        "layer \"r1\": no layer is called \"MyRes\"; add one of your own with register_layer()");
    refused(
        sequential(
            R"({"class_name":"Dense","config":{"units":2,"bias_constraint":{"class_name":"Pos","config":{}}}})"),
        "Dense: \"bias_constraint\" in its config: constraint: no constraint is called \"Pos\"; add one of "
        "your own with Constraint::register_class()");
    std::string compiled = sequential(R"({"class_name":"ReLU","config":{"name":"r"}})");
    compiled.back() = ',';
    compiled += R"("compile_config":{"optimizer":"sgd","loss":{"class_name":"Odd","config":{}}}})";
    const std::string path = refused(
        compiled,
        "s: \"loss\" of its compile_config: loss: no loss is called \"Odd\"; add one of your own with "
        "Loss::register_class(), or read the model without it by load_model(path, {.compile = false})");
    CHECK_FALSE(load_model(path, {.compile = false}).compiled());
}

TEST_CASE("A message shows the beginning of what a file has too much of", "[io][keras-file]") {
    MadeFile made;
    const std::string config =
        sequential(R"({"class_name":"ReLU","config":{"name":"r","more":{)" + members(1000) + "}}}");
    CHECK_THROWS_WITH(load_model(made(config)), Catch::Contains(R"("more": {"k0":0,"k1":0,)") &&
                                                    Catch::Contains("..., which is none of its arguments"));
}

TEST_CASE("Models that share models are read as far as they are a person's", "[io][keras-file]") {
    MadeFile made;
    const Tensor x = Tensor::from<float>({-1, 2, -3, 4}, {1, 4});
    CHECK(load_model(made(nested(12, 2))).predict(x).data<float>()[0] == 0);
    CHECK(load_model(made(nested(60, 1))).predict(x).data<float>()[3] == 4);
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

TEST_CASE("A file of Keras 2 that names one layer many times is refused", "[io][keras-file]") {
    const test::TemporaryDirectory dir;
    const std::string path = dir.file("m.h5");
    io::hdf5::NewGroup root;
    root.attributes["layer_names"] = std::vector<std::string>(10000, "a");
    io::hdf5::NewGroup& group = root.group("a");
    group.attributes["weight_names"] = std::vector<std::string>(10000, "w");
    group.datasets["w"] = {ones({1}), {}};
    const io::hdf5::Image image = io::hdf5::write(root);
    io::AtomicFile file(path);
    for (const io::Piece piece : image.pieces()) file.write(piece.data(), piece.size());
    file.commit();
    Sequential model(layers::InputLayer({1}), layers::Dense(1));
    CHECK_THROWS_WITH(model.load_weights(path), Catch::Contains("the layer \"a\" is there twice"));
}

TEST_CASE("Many layers and long names take no more than their time", "[io][keras-file]") {
    MadeFile made;
    const auto seconds = [&](const std::string& config) {
        const double begin = test::processor_seconds();
        try {
            load_model(made(config));
        } catch (const Error&) {
        }
        return test::processor_seconds() - begin;
    };
    std::string many, chain;
    for (int i = 0; i < 10000; ++i) {
        many += fmt::format(R"({}{{"class_name":"ReLU","config":{{"name":"r{}"}}}})", i ? "," : "", i);
        // Backwards: each waits for the next one.
        chain += fmt::format(
            R"({}{{"class_name":"ReLU","config":{{"name":"{}"}},"name":"{}","inbound_nodes":{}}})",
            i ? "," : "", i ? fmt::format("r{}", i) : "d", i ? fmt::format("r{}", i) : "d",
            call_of(i == 9999 ? "i" : fmt::format("r{}", i + 1)));
    }
    CHECK(seconds(sequential(many)) < 5);
    CHECK(seconds(functional(chain)) < 5);
    std::string flags;
    for (int i = 0; i < 400000; ++i) flags += fmt::format(R"({}"a{:06}":true)", i ? "," : "", i);
    std::string flagged = dense("d", "i");
    flagged.replace(flagged.rfind("{}"), 2, "{" + flags + "}");
    CHECK(seconds(functional(flagged)) < 5);
    CHECK(seconds(nested(40, 2)) < 1);
    CHECK(seconds(nested(5000, 1)) < 5);
    CHECK(seconds(mask_of_masks(20000)) < 5);
    CHECK(seconds(sequential(R"({"class_name":"ReLU","config":{"name":"r","more":{)" + members(400000) +
                             "}}}")) < 5);
    CHECK(seconds(functional(
              R"({"module":"keras.src.ops.numpy","class_name":"Absolute","name":"d","config":{"name":"d",)" +
              members(400000) + R"(},"inbound_nodes":)" + call_of("i") + "}")) < 5);
    CHECK(seconds(sequential(R"({"class_name":"ReLU","config":{"name":")" + std::string(1000000, 'x') +
                             R"("}})")) < 1);
}

TEST_CASE("Operations on long axes cost a file no more than on short ones", "[io][keras-file]") {
    MadeFile made;
    const auto model = [](const char* class_name, const char* config, int nodes) {
        std::string layers, last = "i";
        for (int i = 0; i < nodes; ++i) {
            const std::string name = fmt::format("o{}", i);
            layers += fmt::format(
                R"({}{{"module":"keras.src.ops.{}","class_name":"{}","config":{{"name":"{}",{}}},"registered_name":"x","name":"{}","inbound_nodes":{}}})",
                i ? "," : "", std::string_view(class_name) == "Unstack" ? "core" : "numpy", class_name, name,
                config, name, call_of(last));
            last = name;
        }
        std::string text = functional(layers, R"([[")" + last + R"(",0,0]])");
        return text.replace(text.find("[null,4]"), 8, "[null,1000000000]");
    };
    const double begin = test::processor_seconds();
    CHECK(load_model(made(model("Sort", R"("axis":-1)", 8))).outputs().front().shape() ==
          Shape{Shape::unknown, 1'000'000'000});
    CHECK_THROWS_WITH(load_model(made(model("Unstack", R"("num":null,"axis":1)", 1))),
                      Catch::Contains("o0: it would have 1000000000 results; 4096 is the most"));
    CHECK_THROWS_WITH(load_model(made(model("Split", R"("indices_or_sections":500000,"axis":1)", 1))),
                      Catch::Contains("o0: it would have 500000 results; 4096 is the most"));
    std::string unstacked;
    for (int i = 0; i < 1000; ++i)
        unstacked += fmt::format(
            R"({}{{"module":"keras.src.ops.core","class_name":"Unstack","config":{{"name":"o{}","num":4000,"axis":1}},"registered_name":"x","name":"o{}","inbound_nodes":{}}})",
            i ? "," : "", i, i, call_of("i"));
    std::string ends;
    for (int i = 0; i < 1000; ++i) ends += fmt::format(R"({}["o{}",0,0])", i ? "," : "", i);
    std::string wide = functional(unstacked, "[" + ends + "]");
    wide.replace(wide.find("[null,4]"), 8, "[null,4000]");
    CHECK_THROWS_WITH(load_model(made(wide)), Catch::Contains("have more than 100000 results"));
    CHECK_THROWS_WITH(load_model(made(model("Tile", R"("repeats":[1,1000])", 1))),
                      Catch::Contains("o0: a result of shape (None, 1000000000000) is too large"));
    CHECK(test::processor_seconds() - begin < 3);
}

TEST_CASE("Files with bytes changed, left out and put in are read or refused", "[io][keras-file]") {
    MadeFile made;
    uint32_t random = 1;
    const auto below = [&](size_t limit) {
        random = random * 1664525 + 1013904223;
        return (random >> 8) % limit;
    };
    const auto changed = [&](std::string text) {
        for (size_t n = 1 + below(4); n > 0; --n) {
            const size_t at = below(text.size()), count = 1 + below(12);
            switch (below(4)) {
                case 0:
                    text[at] = static_cast<char>(below(256));
                    break;
                case 1:
                    text.erase(at, count);
                    break;
                case 2:
                    text.insert(at, text.substr(below(text.size()), count));
                    break;
                default:
                    text.replace(at, count, std::array{"null", "-1", "1e18", "[]", "{}", "true"}[below(6)]);
            }
            if (text.empty()) text = " ";
        }
        return text;
    };
    const int rounds =
        std::getenv("KERATIN_KERAS_ROUNDS") ? std::atoi(std::getenv("KERATIN_KERAS_ROUNDS")) : 30;
    const auto try_file = [](std::vector<uint8_t> file) {
        try {
            load_model(std::move(file));
        } catch (const Error&) {
        }
    };
    for (const char* file : {"trained_adam.h5", "nested.h5", "keras2_functional.h5"}) {
        const std::string whole = test::read_file(keras_file(file));
        for (int i = 0; i < rounds; ++i) {
            const std::string text = changed(whole);
            try_file({text.begin(), text.end()});
        }
    }
    // An archive has checksums: what is inside is changed before.
    for (const char* file : {"trained_by_names.keras", "attention.keras", "cells.keras", "operations.keras",
                             "text_vectorization.keras"}) {
        const io::ZipReader zip(std::make_shared<io::InputFile>(keras_file(file)), {});
        for (int i = 0; i < rounds; ++i) {
            const std::string path =
                made(changed(zip.open("config.json")->text()), zip.open("model.weights.h5")->text());
            const std::string text = test::read_file(path);
            try_file({text.begin(), text.end()});
        }
    }
    SUCCEED();
}
