#include "conformance/layers/families.hpp"
#include "core/registered.hpp"
#include "support/catch.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <string>
#include <vector>

using namespace conformance;

namespace {

std::vector<std::string> classes_with_cases() {
    std::vector<std::string> names;
    for (const auto& family :
         {activation_layers, attention_layers, core_layers, encoding_layers, image_convolution_layers,
          image_layers, merging_layers, model_layers, normalization_layers, pooling_layers, recurrent_layers,
          regularization_layers, reshaping_layers, sequence_convolution_layers})
        for (const LayerCase& layer : family()) {
            INFO(layer.class_name);
            CHECK(layer.configurations.size() >= 2);
            names.push_back(layer.class_name);
        }
    std::sort(names.begin(), names.end());
    return names;
}

}  // namespace

TEST_CASE("Every registered layer has its cases for the conformance routine, and only those",
          "[layers][layer_conformance]") {
    std::vector<std::string> registered = keratin::detail::registered_layers();
    std::erase(registered, "Lambda");  // is there to be refused: it holds code
    std::sort(registered.begin(), registered.end());
    CHECK(classes_with_cases() == registered);
    fmt::print("conformance: {} registered layers\n", registered.size());
}
