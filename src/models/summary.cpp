#include "models/graph.hpp"
#include "models/table.hpp"

#include <keratin/core/error.hpp>
#include <keratin/models/model.hpp>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <sys/ioctl.h>
#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>

namespace keratin {
namespace {

int terminal_columns() {
    if (const char* columns = std::getenv("COLUMNS")) {
        const int n = std::atoi(columns);
        if (n > 0) return n;
    }
    winsize size{};
    if (ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 0) return size.ws_col;
    return 80;
}

std::string with_commas(int64_t n) {
    std::string text = std::to_string(n);
    for (size_t i = text.size(); i > 3; i -= 3) text.insert(i - 3, ",");
    return text;
}

std::string memory_text(int64_t bytes) {
    double amount = static_cast<double>(bytes);
    const char* const units[] = {"B", "KB", "MB", "GB", "TB", "PB"};
    size_t unit = 0;
    while (amount >= 1024 && unit + 1 < std::size(units)) {
        amount /= 1024;
        ++unit;
    }
    return fmt::format("{:.2f} {}", amount, units[unit]);
}

struct Count {
    int64_t numbers = 0;
    int64_t bytes = 0;

    void add(const std::vector<Variable>& variables) {
        for (const Variable& variable : variables) {
            numbers += variable.storage().size();
            bytes += variable.storage().size() * static_cast<int64_t>(size_of(variable.dtype()));
        }
    }
    std::string text() const { return fmt::format("{} ({})", with_commas(numbers), memory_text(bytes)); }
};

Table empty_table(const SummaryOptions& options, bool connected) {
    std::vector<double> positions = {0.45, 0.80, 1.0};
    std::vector<Column> columns = {
        {"Layer (type)", Align::left}, {"Output Shape", Align::left}, {"Param #", Align::right}};
    if (connected) {
        positions = {0.3, 0.56, 0.74, 1.0};
        columns.push_back({"Connected to", Align::left});
    }
    if (options.show_trainable) {
        for (double& position : positions) position *= 0.9;
        positions.push_back(1.0);
        columns.push_back({"Trainable", Align::center});
    }
    const int usual = (connected ? 108 : 88) + (options.show_trainable ? 12 : 0);
    const int length =
        options.line_length > 0 ? options.line_length : std::min(usual, terminal_columns() - 4);
    return Table(std::move(columns), positions, length);
}

class SummaryPrinter {
public:
    SummaryPrinter(const SummaryOptions& options, bool connected)
        : options_(options), table_(empty_table(options, connected)) {}

    /// `connections`: null without that column.
    void add_row(const Layer& layer, const std::vector<Shape>& shapes, const std::string* connections,
                 int level) {
        std::string prefix;
        for (int i = 0; i < level; ++i) prefix += i + 1 == level ? "   └ " : "   ";
        const bool ready = layer.built() || (layer.variables().empty() && !shapes.empty());
        std::vector<std::string> cells = {
            fmt::format("{}{} ({})", prefix, layer.name(), layer.class_name()),
            shapes_text(shapes),
            ready ? with_commas(Counted(layer).numbers) : "0 (unbuilt)",
        };
        if (connections) cells.push_back(*connections);
        if (options_.show_trainable)
            cells.push_back(layer.variables().empty() ? "-" : static_cast<bool>(layer.trainable) ? "Y" : "N");
        table_.add_row(cells);
    }
    std::string text() const { return table_.text(); }

private:
    struct Counted : Count {
        explicit Counted(const Layer& layer) { add(layer.variables()); }
    };
    static std::string shapes_text(const std::vector<Shape>& shapes) {
        if (shapes.empty()) return "?";
        return shapes.size() == 1 ? to_string(shapes[0]) : fmt::format("[{}]", fmt::join(shapes, ", "));
    }

    const SummaryOptions& options_;
    Table table_;
};

/// "dense[0][0], dense_1[0][0]": where a layer's inputs come from.
std::string connections_of(const Graph& graph, const Layer& layer) {
    std::string text;
    for (const auto& node : graph.nodes_of(layer))
        for (const KerasTensor& x : node->inputs)
            text +=
                fmt::format("{}{}[{}][{}]", text.empty() ? "" : ", ", x.name(), x.node()->index, x.index());
    return text.empty() ? "-" : text;
}

/// The lines beneath the table.
std::string totals_of(const Model& model) {
    Count moving, fixed, slots;
    moving.add(model.trainable_variables());
    fixed.add(model.non_trainable_variables());
    if (model.compiled() && model.optimizer().built()) slots.add(model.optimizer().variables());
    const Count total{moving.numbers + fixed.numbers + slots.numbers,
                      moving.bytes + fixed.bytes + slots.bytes};
    std::string text = fmt::format(" Total params: {}\n Trainable params: {}\n Non-trainable params: {}\n",
                                   total.text(), moving.text(), fixed.text());
    if (slots.numbers > 0) text += fmt::format(" Optimizer params: {}\n", slots.text());
    return text;
}

}  // namespace

void Model::summary(const SummaryOptions& options) const {
    const bool connected = graph_ && !graph_->is_chain();
    SummaryPrinter printer(options, connected);
    const auto add_rows = [&](const auto& self, const Model& model, int level) -> void {
        const std::vector<std::vector<Shape>> shapes = model.output_shapes_of_layers();
        const std::vector<LayerReference> layers = model.layers();
        for (size_t i = 0; i < layers.size(); ++i) {
            const std::string connections = connected ? connections_of(*graph_, *layers[i]) : "";
            printer.add_row(*layers[i], shapes[i], connected ? &connections : nullptr, level);
            if (const auto* nested = dynamic_cast<const Model*>(layers[i].pointer().get());
                nested && options.expand_nested)
                self(self, *nested, level + 1);
        }
    };
    add_rows(add_rows, *this, 0);

    const std::string title =
        fmt::format("{}\n", fmt::join(fold(fmt::format("Model: \"{}\"", name()), terminal_columns()), "\n"));
    const std::string text = title + printer.text() + totals_of(*this);
    if (options.print_fn) {
        options.print_fn(text);
    } else {
        std::fwrite(text.data(), 1, text.size(), stdout);
        std::fflush(stdout);
    }
}

}  // namespace keratin
