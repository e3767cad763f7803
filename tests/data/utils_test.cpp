#include "support/catch.hpp"

#include "support/golden_match.hpp"
#include "support/golden_tensor.hpp"

#include <keratin/data/utils.hpp>

#include <limits>

using namespace keratin;
using namespace keratin::utils;

TEST_CASE("Classes become rows with a one, as in Keras", "[data][utils]") {
    for (const auto& c : golden::load("data.json").at("to_categorical")) {
        const auto& classes = c.at("num_classes");
        const Tensor x = golden::tensor(c.at("x"));
        const Tensor y =
            to_categorical(x, classes.is_null() ? std::optional<int64_t>() : classes.get<int64_t>());
        CHECK(y.shape() == golden::tensor(c.at("result")).shape());
        CHECK(golden::mismatch(y, c.at("result"), 0) == "");
    }
    CHECK_THROWS_MATCHES(
        to_categorical(Tensor::from<int32_t>({0, 3}), 3), ValueError,
        Message("to_categorical: x holds class 3; classes are 0 to num_classes - 1, here 2"));
    CHECK_THROWS_AS(to_categorical(Tensor::from<int32_t>({-1})), ValueError);
    CHECK_THROWS_AS(to_categorical(zeros({0}, int32)), ValueError);
    CHECK(to_categorical(zeros({0}, int32), 3).shape() == Shape{0, 3});
}

TEST_CASE("Sequences are padded and cut off as Keras does", "[data][utils]") {
    const auto options_of = [](const nlohmann::json& args) {
        PadSequencesOptions options;
        if (args.contains("maxlen")) options.maxlen = args["maxlen"].get<int64_t>();
        if (args.contains("dtype")) options.dtype = float32;
        if (args.contains("padding"))
            options.padding = SequenceSide::named(args["padding"].get<std::string>());
        if (args.contains("truncating"))
            options.truncating = SequenceSide::named(args["truncating"].get<std::string>());
        if (args.contains("value")) options.value = args["value"].get<double>();
        return options;
    };
    const auto check = [](const Tensor& got, const nlohmann::json& expected) {
        CHECK(got.shape() == golden::tensor(expected).shape());
        CHECK(got.dtype() == golden::tensor(expected).dtype());
        CHECK(golden::mismatch(got, expected, 0) == "");
    };
    for (const auto& c : golden::load("data.json").at("pad_sequences"))
        check(pad_sequences(c.at("sequences").get<std::vector<std::vector<int32_t>>>(),
                            options_of(c.at("args"))),
              c.at("result"));
    for (const auto& c : golden::load("data.json").at("pad_nested_sequences")) {
        std::vector<Tensor> sequences;
        for (const auto& sequence : c.at("sequences")) sequences.push_back(golden::tensor(sequence));
        check(pad_sequences(sequences, options_of(c.at("args"))), c.at("result"));
    }
    CHECK(pad_sequences({{1}, {2, 3}}).shape() == Shape{2, 2});
    CHECK(pad_sequences(std::vector<Tensor>{zeros({0})}).shape() == Shape{1, 0});
    CHECK_THROWS_AS(pad_sequences(std::vector<Tensor>()), ValueError);
    CHECK_THROWS_AS(pad_sequences({{1}}, {.maxlen = 0}), ValueError);
    CHECK_THROWS_MATCHES(
        pad_sequences(std::vector<Tensor>{zeros({1, 2}), zeros({3, 1})}), ShapeError,
        Message("pad_sequences: sequence 1 has shape (3, 1); its steps must have shape (2,) as the first's"));
}

TEST_CASE("normalize divides by norms", "[data][utils]") {
    for (const auto& c : golden::load("data.json").at("normalize")) {
        const double order =
            c.at("order").is_string() ? std::numeric_limits<double>::infinity() : c.at("order").get<double>();
        INFO(order);
        CHECK(golden::mismatch(normalize(golden::tensor(c.at("x")), c.at("axis"), order), c.at("result"),
                               1e-6) == "");
    }
    CHECK(normalize(Tensor::from<int32_t>({3, 4})).at<float>({1}) == 0.8f);
    CHECK_THROWS_MATCHES(normalize(ones({2}), 0, 0.5), ValueError,
                         Message("normalize: order is 0.5; it must be at least 1"));
    CHECK_THROWS_AS(normalize(ones({2}), 1), ValueError);
}
