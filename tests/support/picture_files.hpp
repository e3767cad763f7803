#pragma once

#include "support/golden.hpp"

#include <string>

namespace test {

/// The content of one of the small pictures in golden/data.json.
inline std::string picture_bytes(const std::string& name) {
    for (const auto& file : golden::load("data.json").at("pictures")) {
        if (file.at("name") != name) continue;
        const std::string hex = file.at("content");
        std::string bytes;
        for (std::size_t i = 0; i < hex.size(); i += 2)
            bytes += static_cast<char>(std::stoi(hex.substr(i, 2), nullptr, 16));
        return bytes;
    }
    throw std::runtime_error("golden: no picture " + name);
}

}  // namespace test
