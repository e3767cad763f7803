#include "models/compile_config.hpp"

#include "core/unknown_class.hpp"
#include "models/training_state.hpp"

#include <keratin/core/error.hpp>
#include <keratin/models/model.hpp>

#include <algorithm>

/// What compile() was given, as Keras writes it into its files, and back.
namespace keratin {
namespace {

bool is_node(const Config& value) {
    return value.is_object() && value.find("class_name");
}

template <class Write>
Config written(const std::string& owner, const char* what, Write write) {
    try {
        return write();
    } catch (const ValueError& error) {
        fail<ValueError>(
            "{}: its {} cannot be written: {}; or save the model with .include_optimizer = false, which "
            "leaves out what compile() was given",
            owner, what, error.what());
    }
}

Config loss_node(const LossHandle& loss) {
    if (!loss) return {};
    // What goes by the shapes has no class; Keras's name means the same.
    if (loss->class_name().empty() && loss->name() == "crossentropy") return loss->name();
    return loss->serialize();
}

Config metric_node(const MetricHandle& metric) {
    return metric.metric() ? metric.metric()->serialize() : Config(metric.name());
}

Config metric_list(const OutputMetrics::List& metrics) {
    Config::List list;
    for (const MetricHandle& metric : metrics) list.push_back(metric_node(metric));
    return list;
}

/// One value, a list of them or an object by the outputs' names, as they were given.
template <class T, class Write>
Config per_output(const PerOutput<T>& values, Write write) {
    if (values.empty()) return {};
    if (values.is_one()) return write(values.values().front().second);
    const bool by_name = std::any_of(values.values().begin(), values.values().end(),
                                     [](const auto& value) { return !value.first.empty(); });
    Config::List list;
    Config::Object object;
    for (const auto& [output, value] : values.values()) {
        if (by_name)
            object.emplace_back(output, write(value));
        else
            list.push_back(write(value));
    }
    return by_name ? Config::object(std::move(object)) : Config(std::move(list));
}

Config metrics_config(const OutputMetrics& metrics) {
    if (!metrics.list().empty()) return metric_list(metrics.list());
    return per_output(metrics.by_output(), metric_list);
}

// -- reading

/// A function of Keras's own goes by its name; others would be code.
const std::string* function_name(const Config& node) {
    if (!is_node(node)) return nullptr;
    const Config& class_name = node["class_name"];
    if (class_name == Config("__lambda__"))
        fail<ValueError>("it is a Python lambda, that is code, which keratin never takes from a file");
    const Config* name = node.find("config");
    return class_name == Config("function") && name && name->is_string() ? &name->as_string() : nullptr;
}

LossHandle read_loss(const Config& node) {
    if (node.is_null()) return {};
    if (const std::string* name = function_name(node)) return losses::Loss::from_name(*name);
    return losses::Loss::from_config(node);
}

MetricHandle read_metric(const Config& node) {
    if (node.is_string()) return node.as_string();
    if (const std::string* name = function_name(node)) return *name;
    // Keras 2 wraps the functions that names stand for.
    const Config* inner = is_node(node) ? node.find("config") : nullptr;
    const Config* function = inner && inner->is_object() ? inner->find("fn") : nullptr;
    if (node.is_object() && node.find("class_name") && node["class_name"] == Config("MeanMetricWrapper") &&
        function && function->is_string()) {
        const auto metric = metrics::Metric::from_name(function->as_string());
        if (const Config* name = inner->find("name"); name && name->is_string())
            metric->set_name(name->as_string());
        return metric;
    }
    return metrics::Metric::from_config(node);
}

OutputMetrics::List read_metric_list(const Config& node) {
    OutputMetrics::List list;
    if (node.is_null()) return list;
    if (!node.is_list()) return {read_metric(node)};
    for (const Config& one : node.as_list())
        if (!one.is_null()) list.push_back(read_metric(one));
    return list;
}

template <class T, class Read>
PerOutput<T> read_per_output(const Config& node, Read read) {
    if (node.is_null()) return {};
    std::vector<std::pair<std::string, T>> values;
    if (node.is_list())
        for (const Config& one : node.as_list()) values.emplace_back(std::string(), read(one));
    else if (node.is_object() && !is_node(node))
        for (const auto& [output, one] : node.members()) values.emplace_back(output, read(one));
    else
        return PerOutput<T>(read(node));
    return PerOutput<T>(std::move(values));
}

OutputMetrics read_metrics(const Config& node, size_t outputs) {
    if (node.is_null()) return {};
    const bool by_name = node.is_object() && !is_node(node);
    const bool nested = node.is_list() && std::any_of(node.as_list().begin(), node.as_list().end(),
                                                      [](const Config& one) { return one.is_list(); });
    // A list is one of metrics where there is one output, and has one entry for each of several.
    if (!by_name && !nested && outputs < 2) return read_metric_list(node);
    return OutputMetrics(read_per_output<OutputMetrics::List>(node, read_metric_list));
}

}  // namespace

Config compile_config(const CompileOptions& options, const std::string& owner) {
    const auto losses = [&] { return per_output(options.loss, loss_node); };
    const auto weights = [&] { return per_output(options.loss_weights, [](double w) { return Config(w); }); };
    return Config::object(
        {{"optimizer", written(owner, "optimizer", [&] { return options.optimizer->serialize(); })},
         {"loss", written(owner, "loss", losses)},
         {"loss_weights", weights()},
         {"metrics", written(owner, "metrics", [&] { return metrics_config(options.metrics); })},
         {"weighted_metrics",
          written(owner, "weighted_metrics", [&] { return metrics_config(options.weighted_metrics); })},
         {"run_eagerly", false},
         {"steps_per_execution", 1},
         {"jit_compile", false}});
}

CompileOptions read_compile_config(const Config& config, size_t outputs, const std::string& owner) {
    CompileOptions options;
    const auto read = [&](const char* key, const auto& set) {
        const Config* node = config.find(key);
        if (!node) return;
        try {
            set(*node);
        } catch (const ValueError& error) {
            throw_with_place(fmt::format("{}: \"{}\" of its compile_config: {}", owner, key, error.what()));
        }
    };
    read("optimizer", [&](const Config& node) {
        if (!node.is_null()) options.optimizer = optimizers::Optimizer::from_config(node);
    });
    read("loss", [&](const Config& node) { options.loss = read_per_output<LossHandle>(node, read_loss); });
    read("loss_weights", [&](const Config& node) {
        options.loss_weights =
            read_per_output<double>(node, [](const Config& w) { return w.is_null() ? 1 : w.as_number(); });
    });
    read("metrics", [&](const Config& node) { options.metrics = read_metrics(node, outputs); });
    read("weighted_metrics",
         [&](const Config& node) { options.weighted_metrics = read_metrics(node, outputs); });
    if (const Config* scale = config.find("auto_scale_loss"); scale && scale->is_bool())
        options.auto_scale_loss = scale->as_bool();
    return options;
}

Config Model::get_compile_config() const {
    return compiled() ? compile_config(*training_->options, name()) : Config::object();
}

void Model::compile_from_config(const Config& config) {
    if (!config.is_object())
        fail<ValueError>("{}: compile_from_config got {}, which is no object", name(), config.to_json());
    if (config.members().empty()) return;
    compile(read_compile_config(config, output_names().size(), name()));
    if (built()) optimizer().build(trainable_variables());
}

}  // namespace keratin
