#include "io/keras/keras_cases.hpp"
#include "support/catch.hpp"
#include "support/golden_match.hpp"

#include <keratin/keratin.hpp>

using namespace keratin;

TEST_CASE("What Keras saved predicts what it predicted there", "[io][keras-file]") {
    register_golden_classes();
    for (const auto& entry : keras_cases()) {
        const std::string file = entry["name"];
        if (entry["inputs"].empty()) continue;
        CAPTURE(file);
        try { load_model(keras_file(file)); } catch (const std::exception& e) { FAIL_CHECK(e.what()); continue; }
        LoadedModel model = load_model(keras_file(file));
        const std::vector<Tensor> outputs = model.predict_all(keras_inputs(entry));
        REQUIRE(outputs.size() == entry["outputs"].size());
        // Sixteen bits are rounded at other places.
        const double tolerance = file.find("mixed") != std::string::npos ? 2e-2 : 1e-5;
        for (size_t i = 0; i < outputs.size(); ++i) {
            CAPTURE(i);
            CHECK(golden::mismatch(outputs[i], entry["outputs"][i], tolerance, tolerance) == "");
        }
    }
}

TEST_CASE("Training goes on from a file of Keras as it would have there", "[io][keras-file]") {
    register_golden_classes();
    for (const auto& entry : keras_cases()) {
        if (!entry.contains("losses")) continue;
        const std::string file = entry["name"];
        CAPTURE(file);
        try { load_model(keras_file(file)); } catch (const std::exception& e) { FAIL_CHECK(e.what()); continue; }
        LoadedModel model = load_model(keras_file(file));
        const std::vector<double> losses = golden::values(entry["losses"]);
        const double tolerance = file.find("mixed") != std::string::npos ? 5e-3 : 1e-4;
        std::vector<double> mine;
        for (uint32_t i = 0; i < losses.size(); ++i) mine.push_back(training_step(model, 3 + i));
        CHECK(golden::mismatch(Tensor::from(mine), losses, tolerance) == "");
    }
}
