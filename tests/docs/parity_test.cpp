#include "support/catch.hpp"
#include "support/files.hpp"
#include "support/golden.hpp"

#include "core/registered.hpp"

#include <keratin/layers/layer.hpp>
#include <keratin/ops/nn/activation_function.hpp>

#include <algorithm>
#include <cctype>
#include <filesystem>
#include <map>
#include <set>
#include <sstream>
#include <string>
#include <vector>

/// docs/keras-parity.md: of each public name of Keras's whether keratin has it, and how many golden cases
/// stand behind it. Written anew by `keratin_tests "[write-parity]"`.
namespace {

using nlohmann::json;
using Names = std::set<std::string>;

/// The code of the public headers of a folder, or of one of them, without its comments.
std::string code_of(const std::string& place) {
    const std::filesystem::path root = std::filesystem::path(KERATIN_SOURCE_DIR) / "include/keratin" / place;
    std::vector<std::filesystem::path> files;
    if (std::filesystem::is_directory(root)) {
        for (const auto& entry : std::filesystem::recursive_directory_iterator(root))
            if (entry.is_regular_file()) files.push_back(entry.path());
    } else {
        files.push_back(root);
    }
    std::string code;
    for (const auto& file : files) {
        std::istringstream text(test::read_file(file.string()));
        for (std::string line; std::getline(text, line);) code += line.substr(0, line.find("//")) + '\n';
    }
    return code;
}

/// Whether the code declares a class of this name (kind "class"), or anything that one calls or assigns.
bool declares(const std::string& code, const std::string& name, bool of_class) {
    const auto in_word = [&](size_t i) {
        return i < code.size() && (std::isalnum(static_cast<unsigned char>(code[i])) || code[i] == '_');
    };
    for (size_t at = 0; (at = code.find(name, at)) != std::string::npos; at += name.size()) {
        if ((at > 0 && in_word(at - 1)) || in_word(at + name.size())) continue;
        const size_t line = code.rfind('\n', at) + 1;
        const std::string before = code.substr(line, at - line);
        const char after = code[at + name.size()];
        const bool introduced = before == "class KERATIN_EXPORT " || before == "struct KERATIN_EXPORT " ||
                                before == "struct " || before == "class ";
        if (introduced && after != ';') return true;
        if (!of_class && (after == '(' || after == ';') && !before.empty() && before.back() == ' ')
            return true;
    }
    return false;
}

struct Kind {
    const char* key;    ///< in public_names.json
    const char* title;  ///< in the page
    Names registered;
    std::vector<std::string> headers;
    bool of_classes = true;
};

Names names(const std::vector<std::string>& list) {
    return {list.begin(), list.end()};
}

std::vector<Kind> kinds() {
    using namespace keratin::detail;
    const auto& activations = keratin::ActivationFunction::names;
    return {
        {"layers", "Layers", names(registered_layers()), {"layers"}},
        {"activations", "Activations", {activations.begin(), activations.end()}, {}},
        {"initializers", "Initializers", names(registered_initializers()), {"initializers"}},
        {"regularizers", "Regularizers", names(registered_regularizers()), {"regularizers"}},
        {"constraints", "Constraints", names(registered_constraints()), {"constraints"}},
        {"losses", "Losses", names(registered_losses()), {"losses"}},
        {"metrics", "Metrics", names(registered_metrics()), {"metrics"}},
        {"optimizers", "Optimizers", names(registered_optimizers()), {"optimizers"}},
        {"schedules", "Learning-rate schedules", names(registered_schedules()), {"optimizers"}},
        {"callbacks", "Callbacks", {}, {"callbacks", "models"}},
        {"models", "Models", {}, {"models", "layers/layer.hpp", "layers/input_layer.hpp", "io"}, false},
        {"datasets", "Data sets", {}, {"data"}, false},
        {"utilities",
         "Utilities",
         {},
         {"data", "io", "core", "layers/layer.hpp", "models/progbar.hpp"},
         false},
    };
}

bool is_done(const Kind& kind, const std::string& name) {
    if (kind.registered.contains(name)) return true;
    return std::any_of(kind.headers.begin(), kind.headers.end(), [&](const std::string& place) {
        return declares(code_of(place), name, kind.of_classes);
    });
}

/// What a golden case is about, as "kind name". A case names it by the key of its kind, by a node of Keras's
/// configs, or by the list that it stands in.
class Mentions {
public:
    Mentions(const std::string& list, const json& one) {
        if (one.contains("name") && one["name"].is_string()) add_listed(list, one["name"]);
        static const std::multimap<std::string, std::string> of_lists = {
            {"summaries", "models summary"},
            {"trainings", "models train_on_batch"},
            {"to_json", "models to_json"},
            {"to_json", "models model_from_json"},
            {"to_json", "models clone_model"},
            {"add_loss", "models add_loss"},
            {"compute_metrics", "models compute_metrics"},
            {"metrics_names", "models metrics_names"},
            {"input_spec", "layers InputSpec"},
            {"runs", "callbacks CallbackList"},
            {"runs", "callbacks ProgbarLogger"},
            {"progress_bars", "utilities Progbar"},
            {"to_categorical", "utilities to_categorical"},
            {"pad_sequences", "utilities pad_sequences"},
            {"pad_nested_sequences", "utilities pad_sequences"},
            {"normalize", "utilities normalize"},
            {"splits", "utilities split_dataset"},
            {"timeseries", "utilities timeseries_dataset_from_array"},
            {"directories", "utilities image_dataset_from_directory"},
            {"resized", "utilities image_dataset_from_directory"},
            {"array_to_img", "utilities array_to_img"},
            {"array_to_img", "utilities img_to_array"},
            {"load_img", "utilities load_img"}};
        const auto [first, last] = of_lists.equal_range(list);
        for (auto known = first; known != last; ++known) all.insert(known->second);
        if (list == "runs") all.insert("models " + one["action"].get<std::string>());
        if (one.contains("op")) all.insert("activations " + one["op"].get<std::string>());
        walk(one);
    }

    Names all;

private:
    void add_listed(const std::string& list, const std::string& name) {
        all.insert("callbacks of " + list);
        if (list == "other_callbacks") all.insert("callbacks " + name.substr(0, name.find(' ')));
        if (list == "fits") all.insert("callbacks TensorBoard");
    }
    void walk(const json& value) {
        if (value.is_array())
            for (const json& one : value) walk(one);
        if (!value.is_object()) return;
        static const std::map<std::string, std::string> keys = {{"layer", "layers"},
                                                                {"loss", "losses"},
                                                                {"metric", "metrics"},
                                                                {"optimizer", "optimizers"},
                                                                {"schedule", "schedules"},
                                                                {"initializer", "initializers"},
                                                                {"regularizer", "regularizers"},
                                                                {"constraint", "constraints"}};
        for (const auto& [key, inside] : value.items()) {
            if (const auto kind = keys.find(key); kind != keys.end()) {
                if (inside.is_string()) all.insert(kind->second + ' ' + inside.get<std::string>());
                if (inside.is_object() && inside.contains("class"))
                    all.insert(kind->second + ' ' + inside["class"].get<std::string>());
            }
            if (key.ends_with("activation") && inside.is_string())
                all.insert("activations " + inside.get<std::string>());
            if (key == "class_name" && value.value("module", "") == "keras.layers")
                all.insert("layers " + inside.get<std::string>());
            if (key == "class_name" && value.value("module", "") == "keras")
                all.insert("models " + inside.get<std::string>());
            walk(inside);
        }
    }
};

/// What each golden case in all files of tests/golden is about.
std::vector<Names> golden_cases() {
    std::vector<Names> all;
    for (const auto& entry :
         std::filesystem::directory_iterator(std::string(KERATIN_SOURCE_DIR) + "/tests/golden")) {
        const std::string file = entry.path().filename().string();
        if (entry.path().extension() != ".json" || file == "public_names.json") continue;
        for (const auto& [list, content] : golden::load(file).items()) {
            const json& cases = content.is_object() && content.contains("cases") ? content["cases"] : content;
            for (const json& one : cases.is_array() ? cases : json::array())
                if (one.is_object()) all.push_back(Mentions(list, one).all);
        }
    }
    return all;
}

bool is_about(const Names& mentions, const std::string& kind, const std::string& name) {
    return mentions.contains(kind + ' ' + name) ||
           mentions.contains(kind + " of " + keratin::to_snake_case(name));
}

struct Row {
    std::string name;
    int tier;
    bool done;
    int cases = 0;
};

struct Section {
    Kind kind;
    std::vector<Row> rows;
    int cases = 0;  ///< that are about at least one of them

    /// "26 of 28"
    std::string share(int tier) const {
        int done = 0, of = 0;
        for (const Row& row : rows)
            if (row.tier == tier) {
                ++of;
                done += row.done;
            }
        return of ? fmt::format("{} of {}", done, of) : "";
    }
};

std::vector<Section> sections() {
    const json& public_names = golden::load("public_names.json");
    const std::vector<Names> cases = golden_cases();
    std::vector<Section> all;
    for (const Kind& kind : kinds()) {
        Section section{kind, {}};
        for (const json& name : public_names[kind.key])
            section.rows.push_back({name["name"], name["tier"], is_done(kind, name["name"])});
        std::stable_sort(section.rows.begin(), section.rows.end(),
                         [](const Row& a, const Row& b) { return a.tier < b.tier; });
        for (const Names& mentions : cases) {
            bool about = false;
            for (Row& row : section.rows)
                if (is_about(mentions, kind.key, row.name)) {
                    ++row.cases;
                    about = true;
                }
            section.cases += about;
        }
        all.push_back(std::move(section));
    }
    return all;
}

std::string page() {
    const std::vector<Section> all = sections();
    std::string text = fmt::format(
        "# Keras's names, and which of them keratin has\n\n"
        "Every public name of Keras {}, in three tiers: 1 for the usual networks of images, 2 for what is "
        "widely "
        "used, 3 for the\nrest. Golden cases are results of real Keras in `tests/golden` that the tests "
        "compare with; a case may be about several\nnames. What differs in a name that is there, "
        "[keras-differences.md](keras-differences.md) says. This page is written by\n"
        "`keratin_tests \"[write-parity]\"` from the library's registries and headers, and a test fails when "
        "it is out of date.\n\n"
        "| | tier 1 | tier 2 | tier 3 | golden cases |\n|---|---|---|---|---:|\n",
        golden::load("public_names.json")["made_with"]["keras"].get<std::string>());
    for (const Section& section : all)
        text += fmt::format("| {} | {} | {} | {} | {} |\n", section.kind.title, section.share(1),
                            section.share(2), section.share(3), section.cases);
    for (const Section& section : all) {
        text += fmt::format("\n## {}\n\n| name | tier | | golden cases |\n|---|---|---|---:|\n",
                            section.kind.title);
        for (const Row& row : section.rows)
            text += fmt::format("| {} | {} | {} | {} |\n", row.name, row.tier, row.done ? "done" : "not done",
                                row.cases ? fmt::format("{}", row.cases) : "");
    }
    return text;
}

const std::string path = std::string(KERATIN_SOURCE_DIR) + "/docs/keras-parity.md";

}  // namespace

TEST_CASE("Code is asked for what it declares, not for what it says", "[docs][parity][names]") {
    const std::string code =
        "class KERATIN_EXPORT Dense : public Layer {\nstruct Dataset;\n    void fit(int fits);\n    bool "
        "on;\n";
    CHECK(declares(code, "Dense", true));
    CHECK_FALSE(declares(code, "Layer", true));
    CHECK_FALSE(declares(code, "Dataset", true));
    CHECK_FALSE(declares(code, "fit", true));
    CHECK(declares(code, "fit", false));
    CHECK(declares(code, "on", false));
    CHECK_FALSE(declares(code, "it", false));
}

TEST_CASE("The page of Keras's names says what the library has", "[docs][parity]") {
    INFO("docs/keras-parity.md is out of date; write it anew: build/tests/keratin_tests \"[write-parity]\"");
    CHECK(test::read_file(path) == page());
}

TEST_CASE("Write the page of Keras's names", "[.][write-parity]") {
    test::write_file(path, page());
}
