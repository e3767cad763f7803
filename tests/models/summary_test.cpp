#include "support/catch.hpp"

#include "support/capture.hpp"
#include "support/golden_model.hpp"

#include <keratin/layers/dense.hpp>
#include <keratin/layers/input_layer.hpp>
#include <keratin/models/sequential.hpp>

#include <regex>
#include <set>
#include <sstream>

#include <cstdlib>

using namespace keratin;
using nlohmann::json;

namespace {

/// The terminal that a summary is laid out for, while it lives.
class Columns {
public:
    explicit Columns(const char* columns) {
        if (const char* value = std::getenv("COLUMNS")) before_ = value;
        setenv("COLUMNS", columns, 1);
    }
    ~Columns() {
        if (before_.empty())
            unsetenv("COLUMNS");
        else
            setenv("COLUMNS", before_.c_str(), 1);
    }

private:
    std::string before_;
};

std::string summary(const Model& model, SummaryOptions options = {}) {
    std::string text;
    options.print_fn = [&](std::string_view line) { text += line; };
    model.summary(options);
    return text;
}

std::vector<std::string> lines_of(const std::string& text) {
    std::vector<std::string> lines;
    std::istringstream stream(text);
    for (std::string line; std::getline(stream, line);) lines.push_back(line);
    return lines;
}

/// The first line that differs, for people; empty when none does.
std::string difference(const std::string& got, const std::string& expected) {
    const std::vector<std::string> a = lines_of(got), b = lines_of(expected);
    for (size_t i = 0; i < std::max(a.size(), b.size()); ++i) {
        const std::string line = i < a.size() ? a[i] : "nothing";
        const std::string wanted = i < b.size() ? b[i] : "nothing";
        if (line != wanted) return fmt::format("line {}: {}, expected {}", i, line, wanted);
    }
    return got == expected ? "" : "other line ends";
}

/// The first 80 characters of each line, as a terminal of 80 columns shows it.
std::string cropped(const std::string& text) {
    std::string result;
    for (const std::string& line : lines_of(text)) {
        int characters = 0;
        for (const char c : line) {
            if ((static_cast<unsigned char>(c) & 0xC0) != 0x80) ++characters;
            if (characters <= 80) result += c;
        }
        result += "\n";
    }
    return result;
}

/// What keratin shows where it differs on purpose: None for the batch, whatever build() was given; "unbuilt"
/// for every layer of a model that is not built.
std::string adapted(const std::string& text) {
    const std::string batch = std::regex_replace(text, std::regex(R"(\(64, ([^)]*)\)  )"), "(None, $1)");
    return std::regex_replace(batch, std::regex(R"(\?                      │             0 │)"),
                              "?                      │   0 (unbuilt) │");
}

bool has_functional_graph(const json& c) {
    return c["config"].contains("input_layers");
}

std::string in_words(const Model& model) {
    std::string words;
    for (const Variable& v : model.variables())
        words += fmt::format("{} {} {}\n", v.path(), v.shape(), v.trainable());
    return words;
}

std::string in_words(const json& weights) {
    std::string words;
    for (const json& w : weights)
        words += fmt::format("{} {} {}\n", w["path"].get<std::string>(),
                             Shape(w["shape"].get<std::vector<int64_t>>()), w["trainable"].get<bool>());
    return words;
}

/// Trained or compiled where the case's name says so, with the samples that its config asks for.
void prepare(Sequential& model, const json& c) {
    const std::string name = c["name"];
    const bool trained = name.find("after fit") != std::string::npos;
    if (!trained && name.find("compiled") == std::string::npos) return;
    const bool adam = name.find("Adam") != std::string::npos;
    model.compile({.optimizer = adam ? "adam" : "sgd", .loss = "sparse_categorical_crossentropy"});
    if (!trained) return;
    std::vector<int64_t> extents;
    for (const json& extent : c["config"]["build_input_shape"])
        extents.push_back(extent.is_null() ? 2 : extent.get<int64_t>());
    model.fit(zeros(Shape(extents)), zeros({extents[0]}, int32), {.verbose = 0});
}

}  // namespace

TEST_CASE("summary() draws Keras's table, byte for byte", "[models][summary][golden]") {
    const Columns columns("80");
    const std::set<std::string> not_offered = {"LeNet-5, positions", "LeNet-5, layer_range"};
    int compared = 0;
    for (const json& c : golden::load("text.json")["summaries"]) {
        if (has_functional_graph(c) || not_offered.contains(c["name"])) continue;
        INFO(c["name"].get<std::string>());
        Sequential model = golden::model(c["config"]);
        prepare(model, c);
        const json& options = c["options"];
        const std::string text = summary(model, {.line_length = options.value("line_length", 0),
                                                 .expand_nested = options.value("expand_nested", false),
                                                 .show_trainable = options.value("show_trainable", false)});
        // Keras crops a table that is wider than the terminal; keratin leaves that to the terminal.
        CHECK(difference(cropped(text), adapted(c["text"])) == "");
        // Models with an InputLayer are built when they are made: here those inside before the one around
        // them.
        const bool nested = c["name"].get<std::string>().starts_with("nested");
        if (!nested) CHECK(in_words(model) == in_words(c["weights"]));
        ++compared;
    }
    CHECK(compared == 20);
}

TEST_CASE("summary() prints to standard output unless told otherwise", "[models][summary]") {
    const Columns columns("80");
    clear_session();
    Sequential model(layers::InputLayer({3}), layers::Dense(2));
    const std::string text = summary(model);
    CHECK(test::captured([&] { model.summary(); }) == text);
    CHECK(text.starts_with("Model: \"sequential\"\n"));
}

TEST_CASE("The table is as wide as the terminal allows, 88 columns at most", "[models][summary]") {
    const auto [columns, show_trainable, width] =
        GENERATE(table<const char*, bool, size_t>({{"60", false, 56},
                                                   {"92", false, 88},
                                                   {"200", false, 88},
                                                   {"200", true, 100},
                                                   {"0", false, 76},  // no width at all: 80 columns
                                                   {"wide", false, 76}}));
    INFO(columns);
    const Columns pretended(columns);
    Sequential model(layers::InputLayer({3}), layers::Dense(2));
    SummaryOptions options{.show_trainable = show_trainable};
    std::string text;
    test::captured([&] { text = summary(model, options); });  // on no terminal
    const std::string rule = lines_of(text)[1];
    size_t characters = 0;
    for (const char c : rule) characters += (static_cast<unsigned char>(c) & 0xC0) != 0x80;
    CHECK(characters == width);
}
