#include "support/catch.hpp"

#include <keratin/layers.hpp>
#include <keratin/models/sequential.hpp>
#include <keratin/ops/elementwise.hpp>

using namespace keratin;

namespace {

struct Shifted : Layer {
    explicit Shifted(double by, LayerOptions options = {}) : Layer(std::move(options)), by_(by) {}

    Tensor call(const Tensor& x) override { return x + by_; }
    Config get_config() const override {
        Config config = base_config();
        config.set("by", by_);
        return config;
    }
    static std::shared_ptr<Layer> from_config(const Config& config) {
        return std::make_shared<Shifted>(config["by"].as_number(), base_options(config));
    }

private:
    double by_;
};

struct Unregistered : Layer {
    Tensor call(const Tensor& x) override { return x; }
};

/// Goes under the name of the class it is derived from.
struct MyDense : layers::Dense {
    using layers::Dense::Dense;
};

Config node(const char* class_name, const char* config = "{}") {
    return Config::object({{"class_name", class_name}, {"config", Config::from_json(config)}});
}

}  // namespace

TEST_CASE("A layer is serialized as in Keras's files", "[layers][registry]") {
    clear_session();
    const layers::Flatten flatten;
    CHECK(serialize(flatten).to_json() ==
          R"({"module":"keras.layers","class_name":"Flatten","config":{"name":"flatten","trainable":true,)"
          R"("dtype":{"module":"keras","class_name":"DTypePolicy","config":{"name":"float32"},)"
          R"("registered_name":null},"data_format":"channels_last"},"registered_name":null})");
    flatten(zeros({2, 3, 4}));
    CHECK(serialize(flatten)["build_config"].to_json() == R"({"input_shape":[2,3,4]})");
    CHECK(serialize(Sequential())["module"] == Config("keras"));
}

TEST_CASE("An activity regularizer is in the config of every layer", "[layers][registry]") {
    const layers::Flatten flatten({.activity_regularizer = "l2"});
    CHECK(flatten.get_config()["activity_regularizer"].to_json() ==
          R"({"module":"keras.regularizers","class_name":"L2","config":{"l2":0.01},"registered_name":null})");
    CHECK(flatten.clone()->get_config() == flatten.get_config());
}

TEST_CASE("A registered class comes back from its config", "[layers][registry]") {
    clear_session();
    register_layer("Shifted", Shifted::from_config);
    const Shifted layer(2, {.trainable = false, .dtype = float64, .name = "two_up"});
    const Config written = serialize(layer);
    CHECK(written["registered_name"] == Config("Custom>Shifted"));
    CHECK(written["module"].is_null());
    const auto again = layer_from_config(Config::from_json(written.to_json()));
    CHECK(again->get_config() == layer.get_config());
    CHECK_FALSE(again->trainable);
    CHECK((*again)(ones({2})).dtype() == float64);
    CHECK(to_string((*layer.clone())(ones({2}))) == "[3. 3.]");

    const Sequential model(Shifted(1), Shifted(5));
    CHECK(to_string((*model.clone())(ones({1, 2}))) == "[[7. 7.]]");

    register_layer("Shifted", [](const Config&) { return std::make_shared<Shifted>(100); });
    CHECK(to_string((*layer.clone())(ones({2}))) == "[101. 101.]");  // the second replaces the first
}

TEST_CASE("A class that is not registered says how to make it known", "[layers][registry][errors]") {
    clear_session();
    const Unregistered layer;
    const char* text =
        "unregistered: no layer class is registered as \"Unregistered\"; make it known with "
        "register_layer(\"Unregistered\", factory)";
    CHECK_THROWS_MATCHES(serialize(layer), ValueError, Message(text));
    CHECK_THROWS_MATCHES(layer.clone(), ValueError, Message(text));
    register_layer("Unregistered", [](const Config&) { return std::make_shared<Unregistered>(); });
    CHECK_THROWS_MATCHES(
        serialize(layer), ValueError,
        Message("unregistered: Unregistered has no get_config(); override it to return base_config() plus "
                "the constructor's arguments, and make the class known with register_layer(\"Unregistered\", "
                "factory)"));
}

TEST_CASE("A class derived from one of keratin's must not come back as its base",
          "[layers][registry][errors]") {
    const MyDense layer(2, {.name = "mine"});
    CHECK_THROWS_MATCHES(serialize(layer), ValueError,
                         Message("mine: its class derives from Dense and goes under that name; override "
                                 "class_name() and get_config(), and make it known with register_layer()"));
}

TEST_CASE("keratin's own names are taken, and a factory must be one", "[layers][registry][errors]") {
    const LayerFactory factory = [](const Config&) { return std::make_shared<Unregistered>(); };
    CHECK_THROWS_MATCHES(register_layer("Conv2D", factory), ValueError,
                         Message("register_layer(): \"Conv2D\" is keratin's own; choose another name"));
    CHECK_THROWS_AS(register_layer("Sequential", factory), ValueError);
    CHECK_THROWS_MATCHES(register_layer("Empty", {}), ValueError,
                         Message("register_layer(): the factory of \"Empty\" is empty"));
    register_layer("Nothing", [](const Config&) { return nullptr; });
    CHECK_THROWS_MATCHES(
        layer_from_config(node("Nothing")), ValueError,
        Message("layer_from_config: the node, or what its class's factory made of it, is null"));
}

TEST_CASE("A config that names no class is refused", "[layers][registry][errors]") {
    CHECK_THROWS_AS(layer_from_config(Config()), ValueError);
    CHECK_THROWS_MATCHES(layer_from_config(3), ValueError,
                         Message("layer: a name or an object with \"class_name\" was expected, found 3"));
    CHECK_THROWS_MATCHES(layer_from_config(Config::from_json(R"({"class_name": 3})")), ValueError,
                         Message("layer: a name or an object with \"class_name\" was expected, found "
                                 "{\"class_name\":3}"));
    const auto refused = [](const char* class_name, const char* config, const char* text) {
        CHECK_THROWS_MATCHES(layer_from_config(node(class_name, config)), ValueError, Message(text));
    };
    refused("TFSMLayer", "{}",
            "layer: no layer is called \"TFSMLayer\"; add one of your own with register_layer()");
    refused("Danse", R"({"name": "head"})",
            "layer \"head\": no layer is called \"Danse\"; near it: \"Dense\"; add one of your own with "
            "register_layer()");
    refused("Lambdas", "{}",
            "layer: no layer is called \"Lambdas\"; add one of your own with register_layer()");
}

TEST_CASE("Members that a class does not have are refused, unless they switch nothing on",
          "[layers][registry][errors]") {
    CHECK(layer_from_config(node("Flatten", R"({"autocast": null, "sparse": false, "axes": []})")));
    CHECK_THROWS_MATCHES(
        layer_from_config(node("Dense", R"({"units": 3, "lora_rank": 4})")), ValueError,
        Message("Dense: its config has \"lora_rank\": 4, which is none of its arguments; leave it out"));
    CHECK_THROWS_MATCHES(layer_from_config(node("Dense")), ValueError,
                         Message("Dense: its config has no \"units\", which must be given"));
    CHECK_THROWS_MATCHES(
        layer_from_config(node("Dense", R"({"units": "three"})")), ValueError,
        Message("Dense: \"units\" in its config: Config: an integer was expected, found \"three\""));
    CHECK_THROWS_MATCHES(layer_from_config(node("Conv2D", R"({"filters": 3})")), ValueError,
                         Message("Conv2D: its config has no \"kernel_size\", which must be given"));
    CHECK_THROWS_MATCHES(
        layer_from_config(node("MaxPooling2D", R"({"padding": "smae"})")), ValueError,
        Message("MaxPooling2D: \"padding\" in its config: padding: \"smae\" is not accepted; use \"valid\" "
                "or \"same\""));
    CHECK_THROWS_AS(layer_from_config(Config::object({{"class_name", "Flatten"}, {"config", 3}})),
                    ValueError);
}

TEST_CASE("A dtype is read as a policy, as a name, or as float32 when absent", "[layers][registry]") {
    const auto dtype = [](const char* config) { return layer_from_config(node("Flatten", config))->dtype(); };
    CHECK(dtype("{}") == float32);
    CHECK(dtype(R"({"dtype": null})") == float32);
    CHECK(dtype(R"({"dtype": "float64"})") == float64);
    CHECK(dtype(R"({"dtype": {"class_name": "DTypePolicy", "config": {"name": "float64"}}})") == float64);
    CHECK(dtype(R"({"dtype": "mixed_float16"})") == float32);
    CHECK_THROWS_AS(dtype(R"({"dtype": "mixed_float64"})"), ValueError);
    CHECK_THROWS_MATCHES(dtype(R"({"dtype": "int32", "name": "f"})"), DTypeError,
                         Message("f: dtype is int32; layers compute in floating dtypes"));
}
