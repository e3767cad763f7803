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
            "as "
            "\"relu\", or put the function into a layer of your own",
            layer.name());
    return activation.name();
}

Size1 as_size1(const Config& node) {
    return node.is_list() && node.as_list().size() == 1 ? node.as_list()[0].as_integer() : node.as_integer();
}

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
        return keratin::activation((*node)["config"].as_string());
    });
}

void LayerReader::data_format() {
    only("data_format", "channels_last");
}

}  // namespace keratin
