#include "layers/config.hpp"

#include <keratin/core/error.hpp>

namespace keratin {

Config dtype_config(const DTypePolicy& policy) {
    return Config::object({{"module", "keras"},
                           {"class_name", "DTypePolicy"},
                           {"config", Config::object({{"name", policy.name()}})},
                           {"registered_name", nullptr}});
}

Config activation_config(const ActivationFunction& activation, const Layer& layer) {
    if (activation.is_custom())
        fail<ValueError>(
            "{}: its activation is a function of the program's, which a config cannot name; use a name such "
            "as \"relu\", or put the function into a layer of your own",
            layer.name());
    return activation.name();
}

Size1 as_size1(const Config& node) {
    return node.is_list() && node.as_list().size() == 1 ? node.as_list()[0].as_integer() : node.as_integer();
}

namespace {

bool equals(const Config& config, const char* key, double number) {
    const Config* value = config.find(key);
    return value && value->is_number() && value->as_number() == number;
}

/// A layer that stands for an activation, as far as it is one that has a name.
ActivationFunction activation_of_layer(const Config& node, const std::string& owner) {
    const Config &class_name = node["class_name"], &config = node["config"];
    const auto is = [&](const char* name) { return class_name == Config(name); };
    if (is("Activation")) return activation(config["activation"].as_string());
    if (is("LeakyReLU") && (equals(config, "negative_slope", 0.2) || equals(config, "alpha", 0.2)))
        return "leaky_relu";
    if (is("ELU") && equals(config, "alpha", 1)) return "elu";
    if (is("Softmax") && equals(config, "axis", -1)) return "softmax";
    if (is("ReLU") && equals(config, "negative_slope", 0) && equals(config, "threshold", 0)) {
        if (config["max_value"].is_null()) return "relu";
        if (equals(config, "max_value", 6)) return "relu6";
    }
    std::string arguments;
    for (const auto& [key, value] : config.members())
        if (value.is_number())
            arguments += fmt::format("{}{}={}", arguments.empty() ? "" : ", ", key, value.to_json());
    fail<ValueError>(
        "{} has the layer {}({}) for it, which is none of the activations that go by name; give {} no "
        "activation, put that layer behind it and save the model again",
        owner, class_name.as_string(), arguments, owner);
}

}  // namespace

LayerReader::LayerReader(const Config& config, const char* class_name) : ConfigReader(config, class_name) {}

DType LayerReader::dtype(const char* key, DType otherwise) {
    const Config* node = find(key);
    if (!node) return otherwise;
    return at(key, [&] {
        return keratin::dtype(node->is_object() ? (*node)["config"]["name"].as_string() : node->as_string());
    });
}

DTypePolicy LayerReader::policy(const char* key) {
    const Config* node = find(key);
    if (!node) return {};
    return at(key, [&] {
        return DTypePolicy::named(node->is_object() ? (*node)["config"]["name"].as_string()
                                                    : node->as_string());
    });
}

Size2 LayerReader::size(const char* key, Size2 otherwise) {
    const Config* node = find(key);
    return node ? at(key, [&] { return node->as_size2(); }) : otherwise;
}

Size1 LayerReader::steps(const char* key, Size1 otherwise) {
    const Config* node = find(key);
    return node ? at(key, [&] { return as_size1(*node); }) : otherwise;
}

Padding LayerReader::padding(const char* key) {
    const std::string word = text(key, "valid");
    return at(key, [&] { return keratin::padding(word); });
}

Padding1D LayerReader::padding1d(const char* key) {
    const std::string word = text(key, "valid");
    return at(key, [&] { return keratin::padding1d(word); });
}

ActivationFunction LayerReader::activation(const char* key) {
    const Config* node = find(key);
    if (!node) return {};
    return at(key, [&] {
        if (node->is_string()) return keratin::activation(node->as_string());
        const Config& config = (*node)["config"];
        return config.is_object() ? activation_of_layer(*node, text("name", "it"))
                                  : keratin::activation(config.as_string());
    });
}

void LayerReader::data_format() {
    only("data_format", "channels_last");
}

}  // namespace keratin
