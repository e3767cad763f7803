#include "models/measures.hpp"

#include <keratin/core/error.hpp>

#include <algorithm>
#include <set>

namespace keratin {

Measures::Measures(const CompileOptions& options, const std::vector<std::string>& outputs, bool batches_alone)
    : outputs_(outputs), alone_(batches_alone) {
    add_entries(options.metrics, false);
    add_entries(options.weighted_metrics, true);
    if (outputs_.size() > 1)
        for (const std::string& output : outputs_) output_losses_.push_back({output + "_loss"});
    name_entries();
}

void Measures::add_entries(const OutputMetrics& metrics, bool weighted) {
    for (const MetricHandle& handle : metrics.list()) {
        if (outputs_.size() > 1)
            fail<ValueError>(
                "compile: metrics of several outputs go by their names, {{{{\"{}\", {{\"{}\"}}}}}}",
                outputs_.front(), handle.name());
        entries_.push_back({handle, weighted, 0, nullptr});
    }
    const auto& by_output = metrics.by_output().for_outputs(outputs_, {}, "compile", "metrics");
    for (size_t i = 0; i < by_output.size(); ++i)
        for (const MetricHandle& handle : by_output[i]) entries_.push_back({handle, weighted, i, nullptr});
}

void Measures::reset() {
    loss_ = 0;
    samples_ = 0;
    for (Loss& loss : output_losses_) loss.sum = 0;
    for (const Entry& entry : entries_)
        if (entry.metric) entry.metric->reset_state();
}

void Measures::add_loss(double loss, int64_t samples) {
    loss_ += loss * static_cast<double>(samples);
    samples_ += samples;
}

void Measures::add_output_losses(const Tensors& losses, int64_t samples) {
    for (size_t i = 0; i < std::min(output_losses_.size(), losses.size()); ++i)
        output_losses_[i].sum += losses[i].item<double>() * static_cast<double>(samples);
}

void Measures::name_entries() {
    std::set<std::string> taken = {"loss"};
    for (const Loss& loss : output_losses_) taken.insert(loss.name);
    for (Entry& entry : entries_) {
        std::string name = outputs_.size() > 1 ? outputs_[entry.output] + "_" : "";
        name += entry.handle.name();
        if (taken.contains(name) && entry.weighted) name = "weighted_" + name;
        const std::string base = name;
        for (int i = 1; taken.contains(name); ++i) name = base + "_" + std::to_string(i);
        entry.name = name;
        taken.insert(name);
    }
}

void Measures::resolve(Shapes shapes) {
    for (Entry& entry : entries_) {
        const auto& own = entry.handle.metric();
        const auto& [y_true, y_pred] = shapes[entry.output];
        entry.metric = own ? own->fresh() : metrics::resolve_metric(entry.handle.name(), y_true, y_pred);
        entry.metric->set_name(entry.name);
    }
    resolved_ = true;
    shapes_ = std::move(shapes);
}

Config Measures::state() const {
    Config::List shapes, sums, metrics;
    for (const auto& [y_true, y_pred] : shapes_) shapes.emplace_back(Config::List{y_true, y_pred});
    for (const Loss& loss : output_losses_) sums.emplace_back(loss.sum);
    for (const Entry& entry : entries_) {
        const bool known = entry.metric != nullptr;
        metrics.push_back(Config::object({{"name", entry.name},
                                          {"class", known ? entry.metric->class_name() : std::string()},
                                          {"state", known ? entry.metric->state() : Config()}}));
    }
    return Config::object({{"loss", loss_},
                           {"samples", samples_},
                           {"output_losses", std::move(sums)},
                           {"shapes", resolved_ ? Config(std::move(shapes)) : Config()},
                           {"metrics", std::move(metrics)}});
}

std::string Measures::silent_metric() const {
    for (const Entry& entry : entries_)
        if (entry.metric && entry.metric->state().is_null()) return entry.name;
    return {};
}

void Measures::restore(const Config& state) {
    const Config::List& metrics = state["metrics"].as_list();
    const Config::List& sums = state["output_losses"].as_list();
    const auto unfit = [](const std::string& saved, const std::string& now) {
        fail<ValueError>(
            "fit: what was saved measures {}, the model is compiled with {}; compile() it as before", saved,
            now);
    };
    if (metrics.size() != entries_.size() || sums.size() != output_losses_.size())
        unfit(fmt::format("{} metrics", metrics.size()), fmt::format("{} metrics", entries_.size()));
    for (size_t i = 0; i < metrics.size(); ++i)
        if (metrics[i]["name"].as_string() != entries_[i].name)
            unfit(metrics[i]["name"].as_string(), entries_[i].name);
    if (const Config& saved = state["shapes"]; !saved.is_null()) {
        Shapes shapes;
        for (const Config& pair : saved.as_list()) {
            if (pair.as_list().size() != 2) fail<ValueError>("fit: a saved pair of shapes is no pair");
            shapes.emplace_back(pair.as_list()[0].as_shape(), pair.as_list()[1].as_shape());
        }
        if (shapes.size() < outputs_.size())
            unfit(fmt::format("{} outputs", shapes.size()), fmt::format("{} outputs", outputs_.size()));
        resolve(std::move(shapes));
        for (size_t i = 0; i < metrics.size(); ++i) {
            const std::string& saved_class = metrics[i]["class"].as_string();
            if (saved_class != entries_[i].metric->class_name())
                unfit(fmt::format("{} by {}", entries_[i].name, saved_class),
                      entries_[i].metric->class_name());
            entries_[i].metric->restore(metrics[i]["state"]);
        }
    }
    loss_ = state["loss"].as_number();
    samples_ = state["samples"].as_integer();
    for (size_t i = 0; i < sums.size(); ++i) output_losses_[i].sum = sums[i].as_number();
}

bool Measures::fits(const Tensors& y_true, const Tensors& y_pred) const {
    bool same = resolved_ && shapes_.size() == y_true.size();
    for (size_t i = 0; same && i < shapes_.size(); ++i)
        same = y_true[i].shape() == shapes_[i].first && y_pred[i].shape() == shapes_[i].second;
    return same;
}

void Measures::add(const Tensors& y_true, const Tensors& y_pred, const Tensors& sample_weight) {
    if (entries_.empty()) return;
    if (!resolved_ || (alone_ && !fits(y_true, y_pred))) {
        Shapes shapes;
        for (size_t i = 0; i < y_true.size(); ++i) shapes.emplace_back(y_true[i].shape(), y_pred[i].shape());
        resolve(std::move(shapes));
    }
    for (const Entry& entry : entries_)
        entry.metric->update_state(y_true[entry.output], y_pred[entry.output],
                                   entry.weighted ? weight_of_output(sample_weight, entry.output) : Tensor());
}

Logs Measures::logs() const {
    Logs logs;
    const auto mean = [&](double sum) { return samples_ ? sum / static_cast<double>(samples_) : 0.0; };
    logs.set("loss", mean(loss_));
    for (const Loss& loss : output_losses_) logs.set(loss.name, mean(loss.sum));
    for (const Entry& entry : entries_)
        if (entry.metric) logs.set(entry.metric->name(), entry.metric->result());
    return logs;
}

std::vector<std::string> Measures::names() const {
    std::vector<std::string> names = {"loss"};
    for (const Entry& entry : entries_) names.push_back(entry.name);
    for (const Loss& loss : output_losses_) names.push_back(loss.name);
    return names;
}

void Measures::list_metrics(std::vector<std::shared_ptr<metrics::Metric>>& list) const {
    list.clear();
    for (const Entry& entry : entries_)
        if (entry.metric) list.push_back(entry.metric);
}

const Tensor& weight_of_output(const Tensors& sample_weight, size_t output) {
    return sample_weight.size() == 1 || output >= sample_weight.size() ? sample_weight.front()
                                                                       : sample_weight[output];
}

}  // namespace keratin
