#include "support/catch.hpp"

#include <keratin/core/tensor.hpp>

#include <nlohmann/json.hpp>

#include <fstream>
#include <limits>
#include <sstream>

using namespace keratin;

namespace {

double number(const nlohmann::json& value) {
    if (!value.is_string()) return value.get<double>();
    const double size =
        value == "nan" ? std::numeric_limits<double>::quiet_NaN() : std::numeric_limits<double>::infinity();
    return value == "-inf" ? -size : size;
}

Tensor tensor_of(const nlohmann::json& entry) {
    const Shape shape(entry["shape"].get<std::vector<int64_t>>());
    const DType type = dtype(entry["dtype"].get<std::string>());
    if (!entry.contains("values")) {
        std::vector<double> values(entry["count"].get<size_t>());
        for (size_t i = 0; i < values.size(); ++i)
            values[i] = static_cast<double>(i) * entry["step"].get<double>();
        return convert(Tensor::from(values, shape), type);
    }
    if (type == int64) return Tensor::from(entry["values"].get<std::vector<int64_t>>(), shape);
    std::vector<double> values;
    for (const auto& value : entry["values"])
        values.push_back(value.is_boolean() ? value.get<bool>() : number(value));
    return convert(Tensor::from(values, shape), type);
}

/// Restores the calling thread's options at the end of a test.
struct Options {
    explicit Options(const PrintOptions& options) : before(set_print_options(options)) {}
    ~Options() { set_print_options(before); }
    PrintOptions before;
};

}  // namespace

TEST_CASE("Tensors print as NumPy prints arrays", "[core][printing]") {
    std::ifstream file(KERATIN_SOURCE_DIR "/tests/golden/numpy_printing.json");
    const auto golden = nlohmann::json::parse(file);
    REQUIRE(golden["cases"].size() > 100);
    for (const auto& entry : golden["cases"]) {
        const auto& given = entry["options"];
        const Options options({.precision = given["precision"],
                               .threshold = given["threshold"],
                               .edgeitems = given["edgeitems"],
                               .linewidth = given["linewidth"]});
        INFO(entry.dump());
        CHECK(to_string(tensor_of(entry)) == entry["text"].get<std::string>());
    }
}

TEST_CASE("Tensors go to streams and fmt alike", "[core][printing]") {
    const Tensor x = Tensor::from({1.f, 2.f, 3.f, 4.f}, {2, 2});
    std::ostringstream out;
    out << x << ' ' << Tensor();
    CHECK(out.str() == "[[1. 2.]\n [3. 4.]] <undefined tensor>");
    CHECK(fmt::format("{:>6}|", Tensor::from({1, 2})) == " [1 2]|");
}

TEST_CASE("Print options belong to the thread and come back when they change", "[core][printing]") {
    const PrintOptions before = set_print_options({.precision = 2});
    CHECK(before.precision == 8);
    CHECK(to_string(Tensor::from({1.0 / 3})) == "[0.33]");
    CHECK(set_print_options(before).precision == 2);
    CHECK(to_string(Tensor::from({1.0 / 3})) == "[0.33333333]");
}

TEST_CASE("Print options that mean nothing are refused", "[core][printing]") {
    CHECK_THROWS_MATCHES(
        set_print_options({.precision = -1}), ValueError,
        Message("set_print_options: precision is -1, threshold 1000, edgeitems 3, linewidth 75; the "
                "first two must not be negative and the others must be 1 or more"));
    CHECK_THROWS_AS(set_print_options({.threshold = -1}), ValueError);
    CHECK_THROWS_AS(set_print_options({.edgeitems = 0}), ValueError);
    CHECK_THROWS_AS(set_print_options({.linewidth = 0}), ValueError);
}
