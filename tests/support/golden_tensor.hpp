#pragma once

#include "support/golden.hpp"

#include <keratin/core/tensor.hpp>

namespace golden {

/// The tensor of a golden case, in the dtype it was stored in.
inline keratin::Tensor tensor(const nlohmann::json& entry) {
    const std::vector<double> numbers = values(entry);
    const keratin::Shape shape(entry.at("shape").get<std::vector<std::int64_t>>());
    const std::string dtype = entry.at("dtype").get<std::string>();
    const auto converted = [&]<class T>(T) {
        std::vector<T> elements;
        elements.reserve(numbers.size());
        for (const double number : numbers) {
            elements.push_back(static_cast<T>(number));
        }
        return keratin::Tensor::from(elements, shape);
    };
    if (dtype == "float64") {
        return keratin::Tensor::from(numbers, shape);
    }
    if (dtype == "int32") {
        return converted(std::int32_t{});
    }
    if (dtype == "int64") {
        return converted(std::int64_t{});
    }
    if (dtype == "uint8") {
        return converted(std::uint8_t{});
    }
    if (dtype == "bool") {
        return converted(bool{});
    }
    return converted(float{});
}

}  // namespace golden
