#pragma once

#include <cstddef>
#include <fstream>
#include <limits>
#include <map>
#include <nlohmann/json.hpp>
#include <stdexcept>
#include <string>
#include <vector>

/// Numbers that real Keras computed; tests/golden/README.md tells what each file holds.
namespace golden {

/// The content of tests/golden/<file>, e.g. load("losses.json")["cases"]; read once and kept, so that a loop
/// may run over a part of it. Throws std::runtime_error if it cannot be read.
inline const nlohmann::json& load(const std::string& file) {
    static std::map<std::string, nlohmann::json> files;
    const auto known = files.find(file);
    if (known != files.end()) {
        return known->second;
    }
    const std::string path = std::string(KERATIN_SOURCE_DIR) + "/tests/golden/" + file;
    std::ifstream stream(path);
    if (!stream) {
        throw std::runtime_error("golden: cannot open " + path);
    }
    return files.emplace(file, nlohmann::json::parse(stream)).first->second;
}

/// One number; "nan", "inf" and "-inf" are written as strings, booleans as true and false.
inline double value(const nlohmann::json& entry) {
    if (entry.is_boolean()) {
        return entry.get<bool>() ? 1.0 : 0.0;
    }
    if (!entry.is_string()) {
        return entry.get<double>();
    }
    const std::string word = entry.get<std::string>();
    if (word == "nan") {
        return std::numeric_limits<double>::quiet_NaN();
    }
    const double infinity = std::numeric_limits<double>::infinity();
    return word == "-inf" ? -infinity : infinity;
}

/// The elements, row by row, of a tensor {"shape", "dtype", "data"} or of a plain list of numbers.
inline std::vector<double> values(const nlohmann::json& tensor) {
    const nlohmann::json& data = tensor.is_object() ? tensor.at("data") : tensor;
    std::vector<double> result;
    result.reserve(data.size());
    for (const nlohmann::json& entry : data) {
        result.push_back(value(entry));
    }
    return result;
}

/// The extents of a tensor; empty for a scalar.
inline std::vector<std::size_t> shape(const nlohmann::json& tensor) {
    return tensor.at("shape").get<std::vector<std::size_t>>();
}

}  // namespace golden
