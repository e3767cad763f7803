#include "support/catch.hpp"
#include "support/golden_tensor.hpp"

#include <keratin/layers.hpp>
#include <keratin/models/sequential.hpp>

using namespace keratin;
using nlohmann::json;

namespace app {

struct SquaredReLU2D : Layer {
    Tensor call(const Tensor& x) override { return x; }
};
template <int n, class T>
struct Repeated : Layer {
    struct Inner : Layer {
        Tensor call(const Tensor& x) override { return x; }
    };
    Tensor call(const Tensor& x) override { return x; }
};

}  // namespace app

namespace {

struct Hidden : Layer {
    Tensor call(const Tensor& x) override { return x; }
};

struct Renamed : Layer {
    Renamed() = default;
    explicit Renamed(LayerOptions options) : Layer(std::move(options)) {}
    std::string class_name() const override { return "MyHTTPLayer"; }
    Tensor call(const Tensor& x) override { return x; }
};

/// The name of a fresh layer of a class, with the arguments it cannot do without.
std::string name_of_new(const std::string& class_name, const json& given) {
    const std::map<std::string, json> arguments = {
        {"Conv2D", {{"filters", 1}, {"kernel_size", 1}}},
        {"Dense", {{"units", 1}}},
        {"Activation", {{"activation", "relu"}}},
        {"Sequential", {{"layers", json::array()}}},
    };
    json config = arguments.contains(class_name) ? arguments.at(class_name) : json::object();
    config["name"] = given;
    const Config node =
        Config::object({{"class_name", class_name}, {"config", Config::from_json(config.dump())}});
    return layer_from_config(node)->name();
}

}  // namespace

TEST_CASE("Layers are numbered as Keras numbers them", "[layers][naming][golden]") {
    clear_session();
    for (const json& c : golden::load("text.json")["names"]) {
        INFO(c.dump());
        CHECK(name_of_new(c["class"], c["given"]) == c["given_name"].get<std::string>());
    }
}

TEST_CASE("Class names become names as in Keras", "[layers][naming][golden]") {
    int compared = 0;
    for (const json& c : golden::load("text.json")["class_names"]) {
        if (c["kind"] == "loss") continue;  // some of Keras's losses name themselves
        INFO(c["class"].get<std::string>());
        CHECK(to_snake_case(c["class"].get<std::string>()) == c["base"].get<std::string>());
        ++compared;
    }
    CHECK(compared >= 150);
    CHECK(to_snake_case("") == "layer");
    CHECK(to_snake_case("My layer-2!") == "mylayer2");
}

TEST_CASE("A class of the program's is named after its C++ name alone", "[layers][naming]") {
    clear_session();
    CHECK(app::SquaredReLU2D().class_name() == "SquaredReLU2D");
    CHECK(app::SquaredReLU2D().name() == "squared_re_lu2d");
    CHECK(app::Repeated<3, std::pair<int, Hidden>>().class_name() == "Repeated");
    CHECK(app::Repeated<3, int>().name() == "repeated");
    CHECK(app::Repeated<3, std::vector<int>>::Inner().class_name() == "Inner");
    CHECK(Hidden().class_name() == "Hidden");
    CHECK(Renamed().name() == "my_http_layer");
    struct Local : Layer {
        Tensor call(const Tensor& x) override { return x; }
    };
    CHECK(Local().class_name() == "Local");
    CHECK(fmt::format("{}", Hidden()) == "<Hidden name=hidden, built=False>");
}

TEST_CASE("A class of the program's gets its number when the name is first asked for", "[layers][naming]") {
    clear_session();
    const Hidden first, second;
    const Hidden copy = first;
    CHECK(second.name() == "hidden");
    CHECK(first.name() == "hidden_1");
    CHECK(copy.name() == "hidden_1");
    CHECK(Hidden().name() == "hidden_2");
}

TEST_CASE("unique_name counts for each base by itself until the session is cleared", "[layers][naming]") {
    clear_session();
    CHECK(unique_name("a") == "a");
    CHECK(unique_name("a") == "a_1");
    CHECK(unique_name("b") == "b");
    CHECK(unique_name("a_1") == "a_1");  // as Keras's: what is given or made up otherwise does not count
    clear_session();
    CHECK(unique_name("a") == "a");
}

TEST_CASE("A name must not hold a slash, which separates names in paths", "[layers][naming][errors]") {
    const char* text = "Layer: the name \"a/b\" holds a '/', which separates names in paths; leave it out";
    CHECK_THROWS_MATCHES(layers::Dense(1, {.name = "a/b"}), ValueError, Message(text));
    CHECK_THROWS_MATCHES(Renamed(LayerOptions{.name = "a/b"}), ValueError, Message(text));
}

TEST_CASE("Variables print as Keras's", "[layers][naming][golden]") {
    for (const json& c : golden::load("text.json")["variables"]) {
        const Variable variable(golden::tensor(c["value"]),
                                {.name = c["name"], .trainable = c["trainable"], .path = c["path"]});
        CHECK(fmt::format("{}", variable) == c["repr"].get<std::string>());
    }
    clear_session();
    layers::Dense dense(2, {.kernel_initializer = "ones"});
    CHECK(fmt::format("{}", dense.kernel) == "<Variable not built>");
    dense.build({Shape::unknown, 1});
    CHECK(fmt::format("{}", dense.kernel) ==
          "<Variable path=dense/kernel, shape=(1, 2), dtype=float32, value=[[1. 1.]]>");
}

TEST_CASE("The path of a variable is the way to it", "[layers][naming]") {
    clear_session();
    const Sequential alone(layers::Dense(1));
    const Sequential outer(layers::Conv2D(2, {.kernel_size = 1}), Sequential(layers::BatchNormalization()));
    layers::Dense direct(1, {.name = "head"});
    alone(zeros({1, 2}));
    outer(zeros({1, 2, 2, 3}));
    direct(zeros({1, 2}));
    const auto paths = [](const Layer& layer) {
        std::vector<std::string> result;
        for (const Variable& variable : layer.variables()) result.push_back(variable.path());
        return result;
    };
    using Paths = std::vector<std::string>;
    CHECK(paths(direct) == Paths{"head/kernel", "head/bias"});
    CHECK(paths(alone) == Paths{"sequential/dense/kernel", "sequential/dense/bias"});
    const std::string inner = outer.name() + "/" + outer.layers()[1].name() + "/batch_normalization/";
    CHECK(paths(outer) == Paths{outer.name() + "/conv2d/kernel", outer.name() + "/conv2d/bias",
                                inner + "gamma", inner + "beta", inner + "moving_mean",
                                inner + "moving_variance"});
}
