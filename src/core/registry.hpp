#pragma once

#include "core/near_names.hpp"
#include "core/unknown_class.hpp"

#include <keratin/core/config.hpp>
#include <keratin/core/error.hpp>

#include <algorithm>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace keratin {

/// The classes of one kind that a config may name: a closed list, and what the user registers. A file never
/// says more than a name that stands here.
template <class Base>
class Registry {
public:
    using Factory = std::function<std::shared_ptr<Base>(const Config& config)>;
    struct Entry {
        Entry(std::string name, std::vector<std::string> aliases, Factory make, std::string where = "")
            : class_name(std::move(name)),
              names(std::move(aliases)),
              factory(std::move(make)),
              module(std::move(where)) {}

        std::string class_name;
        std::vector<std::string> names;  ///< accepted besides the class name
        Factory factory;
        std::string module;  ///< where Keras has it when not in the registry's module
    };

    /// kind: "initializer"; module: "keras.initializers"; remedy: how to register one, for messages.
    Registry(std::string kind, std::string module, std::string remedy, std::vector<Entry> builtins)
        : kind_(std::move(kind)),
          module_(std::move(module)),
          remedy_(std::move(remedy)),
          builtins_(std::move(builtins)) {}

    /// Adds a class of the user's; a second time replaces the first. Names of the closed list are taken.
    void add(std::string class_name, Factory factory) {
        if (!factory) fail<ValueError>("{}: the factory of \"{}\" is empty", remedy_, class_name);
        const std::lock_guard lock(mutex_);
        if (find(builtins_, class_name))
            fail<ValueError>("{}: \"{}\" is keratin's own; choose another name", remedy_, class_name);
        std::erase_if(users_, [&](const Entry& entry) { return entry.class_name == class_name; });
        users_.push_back({std::move(class_name), {}, std::move(factory)});
    }

    /// For a class of keratin's that stands above this list.
    void add_builtin(Entry entry) {
        const std::lock_guard lock(mutex_);
        if (!find(builtins_, entry.class_name)) builtins_.push_back(std::move(entry));
    }

    std::shared_ptr<Base> make(std::string_view name, const Config& config) const {
        return factory(name)(config);
    }

    /// An object of a node {"class_name", "config", ..}, or of a name; null for null.
    std::shared_ptr<Base> from_config(const Config& node) const {
        if (node.is_null()) return nullptr;
        if (node.is_string()) return make(node.as_string(), Config());
        if (!node.is_object() || !node.find("class_name") || !(*node.find("class_name")).is_string())
            fail<ValueError>("{}: a name or an object with \"class_name\" was expected, found {}", kind_,
                             node.to_json());
        const Config* config = node.find("config");
        return of_node(node)(config ? *config : Config());
    }

    /// The node that from_config() reads.
    Config serialize(const std::string& class_name, Config config) const {
        const std::lock_guard lock(mutex_);
        const Entry* builtin = find(builtins_, class_name);
        const std::string& module = builtin && !builtin->module.empty() ? builtin->module : module_;
        return Config::object({{"module", builtin ? Config(module) : Config()},
                               {"class_name", class_name},
                               {"config", std::move(config)},
                               {"registered_name", registered_name(class_name, builtin ? &module : nullptr,
                                                                   find_user(class_name))}});
    }

    /// The classes of the closed list, as they stand there.
    std::vector<std::string> builtin_names() const {
        const std::lock_guard lock(mutex_);
        std::vector<std::string> names;
        for (const Entry& entry : builtins_) names.push_back(entry.class_name);
        return names;
    }
    bool is_builtin(std::string_view name) const {
        const std::lock_guard lock(mutex_);
        return find(builtins_, name) != nullptr;
    }
    bool has(std::string_view name) const {
        const std::lock_guard lock(mutex_);
        return find(builtins_, name) || find_user(name);
    }

private:
    /// Nothing for what Keras exports, the class's name for what it does not.
    static Config registered_name(const std::string& class_name, const std::string* module,
                                  const Entry* user) {
        if (!module && user && user->class_name.find('>') != std::string::npos) return user->class_name;
        if (!module) return "Custom>" + class_name;
        return module->starts_with("keras.src") ? Config(class_name) : Config();
    }
    static const Entry* find(const std::vector<Entry>& entries, std::string_view name) {
        for (const Entry& entry : entries) {
            if (entry.class_name == name) return &entry;
            if (std::find(entry.names.begin(), entry.names.end(), name) != entry.names.end()) return &entry;
        }
        return nullptr;
    }

    static std::string_view unpacked(std::string_view name) { return name.substr(name.rfind('>') + 1); }
    /// By the name that it was registered as, or by that without its package.
    const Entry* find_user(std::string_view name) const {
        if (const Entry* entry = find(users_, name)) return entry;
        const auto found = std::find_if(users_.begin(), users_.end(), [&](const Entry& entry) {
            return unpacked(entry.class_name) == name;
        });
        return found == users_.end() ? nullptr : &*found;
    }

    /// What a node's class is registered as: "Package>Name", or the name without its package. Of what is not
    /// Keras's own, the user's classes only, so that none is taken for one of ours that has its name.
    Factory of_node(const Config& node) const {
        const auto text = [&](const char* key) {
            const Config* value = node.find(key);
            return value && value->is_string() ? std::string_view(value->as_string()) : std::string_view();
        };
        const std::string_view class_name = text("class_name"), registered = text("registered_name"),
                               module = text("module");
        const Config* given = node.find("module");
        const bool keras = module.starts_with("keras") || module.starts_with("tf_keras") ||
                           module.starts_with("tensorflow.") || module == "builtins" ||
                           (module.empty() && registered.empty() && !(given && given->is_string()));
        const bool custom = registered.find('>') != std::string_view::npos ||
                            class_name.find('>') != std::string_view::npos || !keras;
        const std::lock_guard lock(mutex_);
        if (!custom)
            if (const Entry* entry = find(builtins_, class_name)) return entry->factory;
        for (const std::string_view name :
             {registered, class_name, unpacked(registered), unpacked(class_name)})
            if (const Entry* entry = name.empty() ? nullptr : find_user(name)) return entry->factory;
        unknown(unpacked(class_name), name_in(node));
    }
    static std::string name_in(const Config& node) {
        const Config* config = node.find("config");
        const Config* name = config && config->is_object() ? config->find("name") : nullptr;
        if (!name) name = node.find("name");
        return name && name->is_string() ? name->as_string() : "";
    }

    /// Throws; `object` is what needs the class, if it has a name.
    [[noreturn]] void unknown(std::string_view name, const std::string& object) const {
        std::vector<std::string_view> known;
        for (const auto* list : {&builtins_, &users_})
            for (const Entry& entry : *list) {
                if (entry.class_name == "Lambda") continue;  // which no file gets
                known.push_back(entry.class_name);
                known.insert(known.end(), entry.names.begin(), entry.names.end());
            }
        const std::string near = near_names(name, known);
        fail<UnknownClass>("{}{}: no {} is called \"{}\"; {}add one of your own with {}", kind_,
                           object.empty() ? "" : " \"" + object + "\"", kind_, name,
                           near.empty() ? "" : "near it: " + near + "; ", remedy_);
    }

    Factory factory(std::string_view name) const {
        const std::lock_guard lock(mutex_);
        if (const Entry* entry = find(builtins_, name)) return entry->factory;
        if (const Entry* entry = find(users_, name)) return entry->factory;
        unknown(name, "");
    }

    std::string kind_;
    std::string module_;
    std::string remedy_;
    std::vector<Entry> builtins_;
    std::vector<Entry> users_;
    mutable std::mutex mutex_;
};

}  // namespace keratin
