#pragma once

#include "support/golden_tensor.hpp"

#include <keratin/models/sequential.hpp>

#include <stdexcept>
#include <string>

namespace golden {

/// A golden config, all of it in this dtype.
inline keratin::Config config_in(const nlohmann::json& config, keratin::DType dtype) {
    std::string text = config.dump();
    const std::string single = "\"float32\"";
    const std::string wanted = "\"" + std::string(keratin::name(dtype)) + "\"";
    for (size_t at = 0; (at = text.find(single, at)) != std::string::npos; at += wanted.size())
        text.replace(at, single.size(), wanted);
    return keratin::Config::from_json(text);
}

/// The Sequential of a golden config, all of it in this dtype.
inline keratin::Sequential model(const nlohmann::json& config, keratin::DType dtype = keratin::float32) {
    const auto layer = keratin::Sequential::from_config(config_in(config, dtype));
    return dynamic_cast<const keratin::Sequential&>(*layer);
}

/// Gives a built model golden weights [{path, value}, ..]; throws where number or paths differ.
inline void set_weights(const keratin::Model& model, const nlohmann::json& weights) {
    const std::vector<keratin::Variable> variables = model.variables();
    if (variables.size() != weights.size()) throw std::runtime_error("another number of weights");
    for (size_t i = 0; i < variables.size(); ++i) {
        if (variables[i].path() != weights[i]["path"].get<std::string>())
            throw std::runtime_error("a weight is at " + variables[i].path());
        variables[i].assign(keratin::convert(tensor(weights[i]["value"]), variables[i].dtype()));
    }
}

}  // namespace golden
