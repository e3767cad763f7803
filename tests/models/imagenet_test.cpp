#include "support/catch.hpp"
#include "support/golden_match.hpp"
#include "support/golden_tensor.hpp"

#include <keratin/core/error.hpp>
#include <keratin/models/imagenet.hpp>

using namespace keratin;
using namespace keratin::models;

TEST_CASE("Images are prepared as Keras prepares them", "[models][nets][golden]") {
    size_t compared = 0;
    for (const nlohmann::json& c : golden::load("architectures.json")["preprocessed"]) {
        const std::string name = c["name"];
        INFO(name);
        const Tensor bytes = golden::tensor(c["input"]);
        const Tensor result = preprocess_input(bytes, PreprocessMode::named(name));
        CHECK(result.dtype() == float32);
        CHECK(golden::mismatch(result, c["output"], 1e-6, 1e-5) == "");
        const Tensor wide = preprocess_input(convert(bytes, float64), PreprocessMode::named(name));
        CHECK(wide.dtype() == float64);
        CHECK(golden::mismatch(wide, c["output"], 1e-6, 1e-5) == "");
        ++compared;
    }
    CHECK(compared == preprocess_words.size());
    CHECK_THROWS_MATCHES(
        preprocess_input(zeros({2, 2, 1})), ShapeError,
        Message("preprocess_input: images have shape (2, 2, 1); the last extent must be 3, the colours"));
}

TEST_CASE("Predictions are decoded best first, equal ones in the order of the classes", "[models][nets]") {
    const std::vector<std::string> names = {"cat", "dog", "fox", "owl"};
    const Tensor p = Tensor::from({0.1f, 0.5f, 0.1f, 0.3f, 0.25f, 0.25f, 0.25f, 0.25f}, {2, 4});
    const auto best = decode_predictions(p, names, 3);
    REQUIRE(best.size() == 2);
    std::string text;
    for (const auto& row : best)
        for (const Prediction& one : row)
            text += fmt::format("{} {} {:.2f} ", one.index, one.name, one.score);
    CHECK(text == "1 dog 0.50 3 owl 0.30 0 cat 0.10 0 cat 0.25 1 dog 0.25 2 fox 0.25 ");
    CHECK(decode_predictions(p, names)[0].size() == 4);
    CHECK(decode_predictions(zeros({0, 4}), names).empty());

    CHECK_THROWS_AS(decode_predictions(p, {"cat"}), ValueError);
    CHECK_THROWS_AS(decode_predictions(p, names, 0), ValueError);
    CHECK_THROWS_AS(decode_predictions(zeros({4}), names), ShapeError);
}
