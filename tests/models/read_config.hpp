#pragma once

#include <keratin/core/error.hpp>
#include <keratin/layers/registry.hpp>
#include <keratin/models/model.hpp>

#include <nlohmann/json.hpp>

#include <memory>
#include <string>

/// Models of configs that tests have as JSON.
namespace read_config {

inline std::shared_ptr<keratin::Model> read(const nlohmann::json& node) {
    return std::dynamic_pointer_cast<keratin::Model>(
        keratin::layer_from_config(keratin::Config::from_json(node.dump())));
}

/// The text of the ValueError that reading gives; "" for none.
inline std::string refusal(const nlohmann::json& node) {
    try {
        read(node);
        return "";
    } catch (const keratin::ValueError& error) {
        return error.what();
    }
}

}  // namespace read_config
