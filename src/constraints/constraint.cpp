#include <keratin/constraints/constraint.hpp>

#include "core/config_reader.hpp"
#include "core/registered.hpp"
#include "core/registry.hpp"

#include <keratin/constraints/norms.hpp>

namespace keratin::constraints {
namespace {

/// Axis 0 when absent, all axes for null, as in Keras.
Axes read_axis(ConfigReader& reader, const Config& config) {
    const Config* axis = reader.find("axis");
    if (!axis) return config.is_object() && config.find("axis") ? Axes() : Axes(0);
    return reader.at("axis", [&] { return Axes(read_integers(*axis)); });
}

std::shared_ptr<Constraint> make_max_norm(const Config& config) {
    ConfigReader reader(config, "MaxNorm");
    auto result = std::make_shared<MaxNorm>(reader.number("max_value", 2),
                                            MaxNormOptions{.axis = read_axis(reader, config)});
    reader.finish();
    return result;
}

std::shared_ptr<Constraint> make_unit_norm(const Config& config) {
    ConfigReader reader(config, "UnitNorm");
    auto result = std::make_shared<UnitNorm>(UnitNormOptions{.axis = read_axis(reader, config)});
    reader.finish();
    return result;
}

std::shared_ptr<Constraint> make_min_max_norm(const Config& config) {
    ConfigReader reader(config, "MinMaxNorm");
    auto result = std::make_shared<MinMaxNorm>(MinMaxNormOptions{.min_value = reader.number("min_value", 0),
                                                                 .max_value = reader.number("max_value", 1),
                                                                 .rate = reader.number("rate", 1),
                                                                 .axis = read_axis(reader, config)});
    reader.finish();
    return result;
}

std::shared_ptr<Constraint> make_non_neg(const Config& config) {
    ConfigReader(config, "NonNeg").finish();
    return std::make_shared<NonNeg>();
}

Registry<Constraint>& registry() {
    static Registry<Constraint> all("constraint", "keras.constraints", "Constraint::register_class()",
                                    {
                                        {"MaxNorm", {"max_norm"}, make_max_norm},
                                        {"NonNeg", {"non_neg"}, make_non_neg},
                                        {"UnitNorm", {"unit_norm"}, make_unit_norm},
                                        {"MinMaxNorm", {"min_max_norm"}, make_min_max_norm},
                                    });
    return all;
}

}  // namespace

std::shared_ptr<Constraint> Constraint::from_name(std::string_view name) {
    return registry().make(name, Config());
}

Config Constraint::serialize() const {
    return registry().serialize(class_name(), get_config());
}

std::shared_ptr<Constraint> Constraint::from_config(const Config& node) {
    return registry().from_config(node);
}

void Constraint::register_class(std::string class_name, Factory factory) {
    registry().add(std::move(class_name), std::move(factory));
}

}  // namespace keratin::constraints

std::vector<std::string> keratin::detail::registered_constraints() {
    return constraints::registry().builtin_names();
}
