#include "models/measures.hpp"

#include <algorithm>
#include <set>

namespace keratin {

Measures::Measures(const CompileOptions& options, bool batches_alone) : alone_(batches_alone) {
    for (const MetricHandle& handle : options.metrics) entries_.push_back({handle, false, nullptr});
    for (const MetricHandle& handle : options.weighted_metrics) entries_.push_back({handle, true, nullptr});
}

void Measures::reset() {
    loss_ = 0;
    samples_ = 0;
    for (const Entry& entry : entries_)
        if (entry.metric) entry.metric->reset_state();
}

void Measures::add_loss(double loss, int64_t samples) {
    loss_ += loss * static_cast<double>(samples);
    samples_ += samples;
}

void Measures::resolve(const Shape& y_true, const Shape& y_pred) {
    std::set<std::string> taken = {"loss"};
    for (Entry& entry : entries_) {
        const auto& own = entry.handle.metric();
        entry.metric = own ? own->fresh() : metrics::resolve_metric(entry.handle.name(), y_true, y_pred);
        std::string name = entry.handle.name();
        if (taken.contains(name) && entry.weighted) name = "weighted_" + name;
        const std::string base = name;
        for (int i = 1; taken.contains(name); ++i) name = base + "_" + std::to_string(i);
        entry.metric->set_name(name);
        taken.insert(name);
    }
    resolved_ = true;
    y_true_ = y_true;
    y_pred_ = y_pred;
}

void Measures::add(const Tensor& y_true, const Tensor& y_pred, const Tensor& sample_weight) {
    if (entries_.empty()) return;
    if (!resolved_ || (alone_ && (y_true.shape() != y_true_ || y_pred.shape() != y_pred_)))
        resolve(y_true.shape(), y_pred.shape());
    for (const Entry& entry : entries_)
        entry.metric->update_state(y_true, y_pred, entry.weighted ? sample_weight : Tensor());
}

Logs Measures::logs() const {
    Logs logs;
    logs.set("loss", samples_ ? loss_ / static_cast<double>(samples_) : 0.0);
    for (const Entry& entry : entries_)
        if (entry.metric) logs.set(entry.metric->name(), entry.metric->result());
    return logs;
}

void Measures::list_metrics(std::vector<std::shared_ptr<metrics::Metric>>& list) const {
    list.clear();
    for (const Entry& entry : entries_)
        if (entry.metric) list.push_back(entry.metric);
}

}  // namespace keratin
