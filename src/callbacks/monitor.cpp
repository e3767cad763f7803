#include <keratin/callbacks/monitor.hpp>

#include <keratin/models/model.hpp>

#include <cmath>
#include <cstdio>

namespace keratin::callbacks {

Mode mode(std::string_view name) {
    if (name == "auto") return Mode::automatic;
    if (name == "min") return Mode::min;
    if (name == "max") return Mode::max;
    fail<ValueError>("mode: \"{}\" is not known; use \"auto\", \"min\" or \"max\"", name);
}

Monitor::Monitor(std::string monitor, Mode mode, double min_delta, std::optional<double> start)
    : monitor_(std::move(monitor)), mode_(mode), min_delta_(std::abs(min_delta)), best_(start) {}

const double* Monitor::monitored(const Logs& logs) const {
    const double* value = logs.find(monitor_);
    if (!value) {
        std::string names;
        for (const auto& [name, unused] : logs) names += (names.empty() ? "" : ", ") + name;
        fmt::print(stderr, "keratin: the callback watches \"{}\", which is not in the logs; there are: {}\n",
                   monitor_, names);
    }
    return value;
}

void Monitor::resolve_mode() {
    if (mode_ != Mode::automatic) return;
    const std::string name = monitor_.starts_with("val_") ? monitor_.substr(4) : monitor_;
    if (name == "loss") {
        mode_ = Mode::min;
        return;
    }
    if (model)
        for (const auto& metric : model->metrics())
            if (metric->name() == name) {
                mode_ = metric->larger_is_better() ? Mode::max : Mode::min;
                return;
            }
    fail<ValueError>(
        "callback: whether \"{}\" should rise or fall is not known; give .mode = Mode::min or Mode::max",
        monitor_);
}

CallbackState Monitor::state() const {
    return {Config::object({{"best", best_ ? Config(*best_) : Config()}})};
}

void Monitor::restore(const CallbackState& state) {
    const Config& best = state.values["best"];
    best_ = best.is_null() ? std::nullopt : std::optional(best.as_number());
}

bool Monitor::improves(double value) {
    if (!best_) return true;
    resolve_mode();
    return mode_ == Mode::max ? value - min_delta_ > *best_ : value + min_delta_ < *best_;
}

}  // namespace keratin::callbacks
