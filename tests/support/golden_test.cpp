#include "support/catch.hpp"

#include "support/golden_tensor.hpp"

#include <cmath>
#include <string>

namespace {

/// Counts the tensors in an entry and checks that each holds what its shape and dtype promise.
int check_tensors(const nlohmann::json& entry) {
    if (entry.is_object() && entry.contains("shape") && entry.contains("dtype") && entry.contains("data")) {
        const keratin::Tensor tensor = golden::tensor(entry);
        CHECK(static_cast<std::size_t>(tensor.size()) == golden::values(entry).size());
        CHECK(keratin::name(tensor.dtype()) == entry.at("dtype").get<std::string>());
        return 1;
    }
    int found = 0;
    if (entry.is_structured())
        for (const nlohmann::json& child : entry) found += check_tensors(child);
    return found;
}

}  // namespace

TEST_CASE("every golden tensor fills its shape", "[golden]") {
    const std::string file = GENERATE("losses.json", "optimizers.json", "layers.json", "ops.json",
                                      "metrics.json", "text.json", "training.json", "initializers.json");
    CAPTURE(file);
    CHECK(check_tensors(golden::load(file)) > 20);
}

TEST_CASE("golden numbers that are not finite are read from words", "[golden]") {
    const std::vector<double> read =
        golden::values(nlohmann::json::parse(R"([1.5, "nan", "inf", "-inf", true])"));
    CHECK(read[0] == 1.5);
    CHECK(std::isnan(read[1]));
    CHECK(read[2] == INFINITY);
    CHECK(read[3] == -INFINITY);
    CHECK(read[4] == 1.0);
}
