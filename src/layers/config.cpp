#include "layers/config.hpp"

#include <keratin/core/error.hpp>

namespace keratin {

Config dtype_config(DType dtype) {
    return Config::object({{"module", "keras"},
                           {"class_name", "DTypePolicy"},
                           {"config", Config::object({{"name", name(dtype)}})},
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

LayerReader::LayerReader(const Config& config, const char* class_name) : ConfigReader(config, class_name) {}

DType LayerReader::dtype(const char* key, DType otherwise) {
    const Config* node = find(key);
    if (!node) return otherwise;
    return at(key, [&] {
        return keratin::dtype(node->is_object() ? (*node)["config"]["name"].as_string() : node->as_string());
    });
}

Size2 LayerReader::size(const char* key, Size2 otherwise) {
    const Config* node = find(key);
    return node ? at(key, [&] { return node->as_size2(); }) : otherwise;
}

Padding LayerReader::padding(const char* key) {
    const std::string word = text(key, "valid");
    return at(key, [&] { return keratin::padding(word); });
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
