#include "io/keras/modern_config.hpp"

#include <keratin/core/error.hpp>

#include <algorithm>
#include <array>
#include <string_view>

namespace keratin::io {
namespace {

/// Which argument of which class has which name today; "" for what is gone.
struct Renamed {
    std::string_view class_name, before, now;
};
constexpr std::string_view any_class, recurrent = "(recurrent)", optimizer = "(optimizer)";
constexpr std::array<Renamed, 20> renamed = {{
    {any_class, "batch_input_shape", ""},     {"InputLayer", "batch_input_shape", "batch_shape"},
    {"LeakyReLU", "alpha", "negative_slope"}, {"Embedding", "input_length", ""},
    {recurrent, "implementation", ""},        {recurrent, "time_major", ""},
    {optimizer, "lr", "learning_rate"},       {optimizer, "decay", ""},
    {optimizer, "jit_compile", ""},           {optimizer, "is_legacy_optimizer", ""},
    {"DepthwiseConv1D", "groups", ""},        {"DepthwiseConv1D", "kernel_initializer", ""},
    {"DepthwiseConv2D", "groups", ""},        {"DepthwiseConv2D", "kernel_initializer", ""},
    {"SeparableConv1D", "groups", ""},        {"SeparableConv1D", "kernel_initializer", ""},
    {"SeparableConv2D", "groups", ""},        {"SeparableConv2D", "kernel_initializer", ""},
    {"Conv1DTranspose", "groups", ""},        {"Conv2DTranspose", "groups", ""},
}};
constexpr std::array<std::string_view, 10> kinds[2] = {
    {"RNN", "SimpleRNN", "GRU", "LSTM", "SimpleRNNCell", "GRUCell", "LSTMCell", "StackedRNNCells"},
    {"SGD", "Adam", "AdamW", "RMSprop", "Adagrad", "Adadelta", "Adamax", "Nadam", "Lion", "Ftrl"}};

bool is_of(std::string_view class_name, std::string_view rule) {
    if (rule.empty() || rule == class_name) return true;
    if (rule.front() != '(') return false;
    const auto& kind = kinds[rule == optimizer];
    return std::find(kind.begin(), kind.end(), class_name) != kind.end();
}

const std::string* class_of(const Config& node) {
    const Config* class_name = node.is_object() ? node.find("class_name") : nullptr;
    return class_name && class_name->is_string() && node.find("config") ? &class_name->as_string() : nullptr;
}

/// The rule for an argument, of the class itself before that of any; null for none.
const Renamed* rule(const std::string& class_name, const std::string& argument) {
    const Renamed* found = nullptr;
    for (const Renamed& one : renamed)
        if (one.before == argument && is_of(class_name, one.class_name)) found = &one;
    return found;
}

class Modernizing {
public:
    explicit Modernizing(ResetAfter reset_after) : reset_after_(std::move(reset_after)) {}

    Config value(const Config& given) const {
        if (given.is_list()) {
            Config::List list;
            for (const Config& item : given.as_list()) list.push_back(value(item));
            return list;
        }
        if (!given.is_object()) return given;
        const std::string* class_name = class_of(given);
        Config::Object members;
        for (const auto& [key, member] : given.members()) {
            if (class_name && key == "config" && member.is_object())
                members.emplace_back(key, arguments(*class_name, member));
            else if (class_name && key == "config" && *class_name == "Sequential" && member.is_list())
                members.emplace_back(key, Config::object({{"layers", layers(member)}}));
            else if (class_name && key == "class_name" && *class_name == "Model" &&
                     has_layers(given["config"]))
                members.emplace_back(key, "Functional");
            else
                members.emplace_back(key, value(member));
        }
        return Config::object(std::move(members));
    }

private:
    static bool has_layers(const Config& config) { return config.is_object() && config.find("layers"); }

    Config arguments(const std::string& class_name, const Config& given) const {
        Config::Object members;
        for (const auto& [key, member] : given.members()) {
            const Renamed* changed = rule(class_name, key);
            if (changed && changed->now.empty()) continue;
            std::string name = changed ? std::string(changed->now) : key;
            if (changed && given.find(name)) continue;  // both are there
            if (class_name == "Sequential" && key == "layers")
                members.emplace_back(name, layers(member));
            else if (key.ends_with("_initializer"))
                members.emplace_back(name, initializer(member));
            else if (key == "axis" && class_name == "BatchNormalization" && member.is_list() &&
                     member.as_list().size() == 1)
                members.emplace_back(name, member.as_list().front());
            else
                members.emplace_back(name, value(member));
        }
        Config config = Config::object(std::move(members));
        if (class_name == "GRU" && reset_after_ && !config.find("reset_after"))
            config.set("reset_after", resets_after(config));
        return config;
    }
    /// Keras 2 wrote the dtype into some.
    Config initializer(const Config& node) const {
        if (!class_of(node) || !node["config"].is_object()) return value(node);
        Config::Object members = node["config"].members();
        std::erase_if(members, [](const Config::Member& member) { return member.first == "dtype"; });
        Config result = node;
        return result.set("config", Config::object(std::move(members)));
    }
    /// An InputLayer before a first layer that says the shape itself.
    Config layers(const Config& list) const {
        if (!list.is_list() || list.as_list().empty()) return value(list);
        Config::List result;
        const Config& first = list.as_list().front();
        const Config* shape = class_of(first) && first["config"].is_object()
                                  ? first["config"].find("batch_input_shape")
                                  : nullptr;
        if (shape && !shape->is_null() && *class_of(first) != "InputLayer") {
            const Config* type = first["config"].find("dtype");
            const bool tokens = *class_of(first) == "Embedding";  // its dtype is that of the vectors
            result.push_back(Config::object(
                {{"class_name", "InputLayer"},
                 {"config",
                  Config::object(
                      {{"batch_shape", *shape},
                       {"dtype", !tokens && type && type->is_string() ? *type : Config("float32")}})}}));
        }
        for (const Config& layer : list.as_list()) result.push_back(value(layer));
        return result;
    }
    bool resets_after(const Config& config) const {
        const Config* name = config.find("name");
        if (!name || !name->is_string()) return false;  // as in the versions that do not say
        return reset_after_(name->as_string()).value_or(false);
    }

    ResetAfter reset_after_;
};

}  // namespace

Config modern_config(const Config& node, const ResetAfter& reset_after) {
    return Modernizing(reset_after).value(node);
}

}  // namespace keratin::io
