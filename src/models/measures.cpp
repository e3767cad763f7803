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

void Measures::resolve(const Tensors& y_true, const Tensors& y_pred) {
    for (Entry& entry : entries_) {
        const auto& own = entry.handle.metric();
        entry.metric = own ? own->fresh()
                           : metrics::resolve_metric(entry.handle.name(), y_true[entry.output].shape(),
                                                     y_pred[entry.output].shape());
        entry.metric->set_name(entry.name);
    }
    resolved_ = true;
    shapes_.clear();
    for (size_t i = 0; i < y_true.size(); ++i) shapes_.emplace_back(y_true[i].shape(), y_pred[i].shape());
}

bool Measures::fits(const Tensors& y_true, const Tensors& y_pred) const {
    bool same = resolved_ && shapes_.size() == y_true.size();
    for (size_t i = 0; same && i < shapes_.size(); ++i)
        same = y_true[i].shape() == shapes_[i].first && y_pred[i].shape() == shapes_[i].second;
    return same;
}

void Measures::add(const Tensors& y_true, const Tensors& y_pred, const Tensors& sample_weight) {
    if (entries_.empty()) return;
    if (!resolved_ || (alone_ && !fits(y_true, y_pred))) resolve(y_true, y_pred);
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
