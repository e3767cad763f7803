#include <keratin/regularizers/regularizer.hpp>

#include "core/config_reader.hpp"
#include "core/registered.hpp"
#include "core/registry.hpp"

#include <keratin/regularizers/penalties.hpp>

namespace keratin::regularizers {
namespace {

std::shared_ptr<Regularizer> make_l1(const Config& config) {
    ConfigReader reader(config, "L1");
    auto result = std::make_shared<L1>(reader.number("l1", 0.01));
    reader.finish();
    return result;
}

std::shared_ptr<Regularizer> make_l2(const Config& config) {
    ConfigReader reader(config, "L2");
    auto result = std::make_shared<L2>(reader.number("l2", 0.01));
    reader.finish();
    return result;
}

std::shared_ptr<Regularizer> make_both(const Config& config, double otherwise) {
    ConfigReader reader(config, "L1L2");
    const L1L2Options options{.l1 = reader.number("l1", otherwise), .l2 = reader.number("l2", otherwise)};
    reader.finish();
    return std::make_shared<L1L2>(options);
}

Registry<Regularizer>& registry() {
    static Registry<Regularizer> all(
        "regularizer", "keras.regularizers", "Regularizer::register_class()",
        {
            {"L1", {"l1"}, make_l1},
            {"L2", {"l2"}, make_l2},
            {"L1L2", {}, [](const Config& c) { return make_both(c, 0.0); }},
            {"l1_l2", {"l1l2"}, [](const Config& c) { return make_both(c, 0.01); }},
        });
    return all;
}

}  // namespace

std::shared_ptr<Regularizer> Regularizer::from_name(std::string_view name) {
    return registry().make(name, Config());
}

Config Regularizer::serialize() const {
    return registry().serialize(class_name(), get_config());
}

std::shared_ptr<Regularizer> Regularizer::from_config(const Config& node) {
    return registry().from_config(node);
}

void Regularizer::register_class(std::string class_name, Factory factory) {
    registry().add(std::move(class_name), std::move(factory));
}

}  // namespace keratin::regularizers

std::vector<std::string> keratin::detail::registered_regularizers() {
    return regularizers::registry().builtin_names();
}
