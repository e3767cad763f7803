#include "onnx/export/layers.hpp"
#include "onnx/import/file.hpp"
#include "onnx/import/graph.hpp"
#include "onnx/tensors.hpp"
#include "support/catch.hpp"
#include "support/files.hpp"

#include <keratin/core/error.hpp>
#include <keratin/io/onnx.hpp>

#include <fmt/ranges.h>

#include <cmath>
#include <filesystem>
#include <map>
#include <optional>

/// ONNX's own tests of its operators, as Debian's libonnx-testdata has them (what conformance::LayerCases are
/// for layers).
namespace {

using namespace keratin;
namespace fs = std::filesystem;

const char* const folder = "/usr/share/libonnx-testdata/data/node";

/// None for what is no tensor of a dtype of ours.
std::optional<Tensor> read_tensor(const std::string& path) {
    onnx::pb::TensorProto proto;
    if (!proto.ParseFromString(test::read_file(path))) return {};
    try {
        return onnx::tensor_of(proto, nullptr, path, "tensor");
    } catch (const FormatError&) {
        return {};
    }
}

struct Case {
    std::string name;
    onnx::pb::ModelProto model;
    std::string path;
    std::vector<std::pair<std::string, Tensor>> inputs;
    std::vector<Tensor> outputs;
};

/// ONNX's own tolerance: rtol 1e-3, atol 1e-7.
bool agrees(const Tensor& ours, const Tensor& theirs) {
    if (ours.shape() != theirs.shape() || ours.dtype() != theirs.dtype()) return false;
    const Tensor a = convert(ours, float64), b = convert(theirs, float64);
    for (size_t i = 0; i < static_cast<size_t>(a.size()); ++i) {
        const double x = a.data<double>()[i], y = b.data<double>()[i];
        if (x == y || (std::isnan(x) && std::isnan(y))) continue;
        if (!(std::abs(x - y) <= 1e-7 + 1e-3 * std::abs(y))) return false;
    }
    return true;
}

/// "", or why the case does not run. The inputs that `bound` names are constants of the graph.
std::string run(const Case& one, const std::set<size_t>& bound, bool& wrong) {
    io::LoadOnnxOptions options{.channels_last = false};
    std::vector<Tensor> inputs;
    for (size_t i = 0; i < one.inputs.size(); ++i) {
        if (bound.contains(i))
            options.constants[one.inputs[i].first] = one.inputs[i].second;
        else
            inputs.push_back(one.inputs[i].second);
    }
    std::vector<Tensor> results;
    try {
        const std::shared_ptr<Model> model = io::load_onnx(one.path, options);
        results = model->apply(inputs);
    } catch (const FormatError& error) {
        return error.reason();
    } catch (const Error& error) {
        wrong = true;
        return error.what();
    }
    for (size_t i = 0; i < one.outputs.size(); ++i)
        if (!agrees(results.at(i), one.outputs[i])) {
            wrong = true;
            return fmt::format("output {} differs: {} {} {} and {} {} {}", i, results[i].dtype(),
                               results[i].shape(), results[i], one.outputs[i].dtype(), one.outputs[i].shape(),
                               one.outputs[i]);
        }
    return "";
}

std::optional<Case> read_case(const fs::path& directory, std::string& why) {
    Case one{directory.filename().string().substr(5), {}, (directory / "model.onnx").string(), {}, {}};
    if (!one.model.ParseFromString(test::read_file(one.path))) {
        why = "protobuf cannot read it";
        return {};
    }
    const auto& graph = one.model.graph();
    const auto tensor_at = [&](const char* kind, int i) {
        return read_tensor((directory / fmt::format("test_data_set_0/{}_{}.pb", kind, i)).string());
    };
    for (int i = 0; i < graph.input_size() + graph.output_size(); ++i) {
        const bool in = i < graph.input_size();
        const auto& info = in ? graph.input(i) : graph.output(i - graph.input_size());
        const std::optional<Tensor> tensor =
            tensor_at(in ? "input" : "output", in ? i : i - graph.input_size());
        if (!info.type().has_tensor_type() || !tensor) {
            const bool is_tensor = info.type().has_tensor_type();
            why = is_tensor ? "no dtype for " + onnx::element_name(info.type().tensor_type().elem_type())
                            : "sequences and optionals are no tensors";
            return {};
        }
        if (in)
            one.inputs.emplace_back(info.name(), *tensor);
        else
            one.outputs.push_back(*tensor);
    }
    return one;
}

/// All ways to run a case: all inputs come in; those behind the first are constants, as weights are; only
/// those of numbers or lists are, as shapes and axes are.
std::vector<std::set<size_t>> ways(const Case& one) {
    std::set<size_t> none, scalars, lists, behind;
    for (size_t i = 0; i < one.inputs.size(); ++i) {
        const Tensor& tensor = one.inputs[i].second;
        if (tensor.rank() == 0) scalars.insert(i);
        if (tensor.rank() == 0 || (tensor.rank() == 1 && i > 0)) lists.insert(i);
        if (tensor.rank() == 0 || i > 0) behind.insert(i);
    }
    return {scalars, lists, behind};
}

/// What became of the cases: the number that pass, and for each reason those that do not.
struct Outcome {
    size_t cases = 0, passed = 0;
    std::map<std::string, std::vector<std::string>> refused;
};

/// Without the file and the node that it is about.
std::string reason_of(const std::string& text, const std::string& op) {
    if (text.ends_with("keratin has nothing for this operator")) return "there is nothing for " + op;
    const size_t behind = text.find("): ");
    return behind == std::string::npos ? text : text.substr(behind + 3);
}

const Outcome& outcome() {
    static const Outcome all = [] {
        Outcome result;
        std::vector<fs::path> directories;
        for (const auto& entry : fs::directory_iterator(folder)) directories.push_back(entry.path());
        std::sort(directories.begin(), directories.end());
        for (const fs::path& directory : directories) {
            ++result.cases;
            std::string why;
            bool passed = false;
            const std::optional<Case> one = read_case(directory, why);
            for (const std::set<size_t>& bound : one ? ways(*one) : std::vector<std::set<size_t>>{}) {
                bool wrong = false;
                const std::string text = run(*one, bound, wrong);
                INFO(one->name << ": " << text);
                CHECK_FALSE(wrong);
                passed = passed || text.empty();
                const std::string op = text.substr(0, text.find("): "));
                if (!text.empty()) why = reason_of(text, op.substr(op.rfind('(') + 1));
            }
            if (passed)
                ++result.passed;
            else
                result.refused[why].push_back(directory.filename().string().substr(5));
        }
        return result;
    }();
    return all;
}

template <class Map>
std::string names_of(const Map& map) {
    std::vector<std::string> names;
    for (const auto& entry : map) names.emplace_back(entry.first);
    std::sort(names.begin(), names.end());
    return fmt::format("{}", fmt::join(names, ", "));
}

const std::string page_path = std::string(KERATIN_SOURCE_DIR) + "/docs/onnx.md";
const std::string mark = "<!-- What follows is written by keratin_tests \"[write-onnx]\". -->\n";

std::string lists() {
    return fmt::format(
        "{}\n## Operators that are read\n\n{}.\n\n## Layers that are written\n\n{}; models, also inside "
        "models.\n",
        mark, names_of(onnx::operator_readers()), names_of(onnx::layer_writers()));
}

std::string table() {
    std::string text = fmt::format(
        "\n## ONNX's own tests of operators\n\nOf the {} of ONNX 1.12, {} pass, within its own tolerance. "
        "The others are "
        "refused:\n\n| reason | cases |\n|---|---|\n",
        outcome().cases, outcome().passed);
    for (const auto& [reason, cases] : outcome().refused)
        text += fmt::format("| {} | {} |\n", reason, fmt::join(cases, ", "));
    return text;
}

constexpr size_t cases_of_1_12 = 932;

bool is_there() {
    if (fs::exists(folder)) return true;
    WARN("skipped: " << folder << " is not there (Debian's package libonnx-testdata)");
    return false;
}

}  // namespace

TEST_CASE("ONNX's own tests of operators pass, or are refused for a reason", "[onnx]") {
    if (!is_there()) return;
    fmt::print("onnx: {} of {} node tests pass\n", outcome().passed, outcome().cases);
    CHECK(outcome().passed >= 250);
    if (outcome().cases == cases_of_1_12) CHECK(outcome().passed == 648);
}

TEST_CASE("docs/onnx.md lists what is read and written", "[onnx]") {
    INFO("docs/onnx.md is out of date; write it anew: build/tests/keratin_tests \"[write-onnx]\"");
    const std::string page = test::read_file(page_path);
    CHECK(page.find(lists()) != std::string::npos);
    if (is_there() && outcome().cases == cases_of_1_12) CHECK(page.ends_with(table()));
}

TEST_CASE("Writes the lists of docs/onnx.md", "[.][write-onnx]") {
    const std::string page = test::read_file(page_path);
    test::write_file(page_path, page.substr(0, page.find(mark)) + lists() + table());
}
