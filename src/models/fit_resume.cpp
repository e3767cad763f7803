#include "core/config_error.hpp"
#include "core/type_name.hpp"
#include "models/fit_run.hpp"
#include "models/training_state.hpp"

#include <keratin/core/error.hpp>

#include <fmt/ranges.h>

#include <string_view>

/// What a checkpoint holds of a fit(), and how another one goes on from it.
namespace keratin {
namespace {

bool remembers(const callbacks::CallbackState& state) {
    return !state.values.is_null() || !state.tensors.empty();
}

/// A callback that remembers something, of the list or of lists in it.
struct Keeper {
    callbacks::Callback* callback;
    std::string name;
    callbacks::CallbackState state;
};

void list_keepers(const callbacks::CallbackList& list, std::vector<Keeper>& keepers) {
    for (const CallbackHandle& handle : list.callbacks()) {
        if (const auto* inner = dynamic_cast<const callbacks::CallbackList*>(&*handle)) {
            list_keepers(*inner, keepers);
            continue;
        }
        callbacks::CallbackState state = handle->state();
        if (!remembers(state)) continue;
        const callbacks::Callback& callback = *handle;
        keepers.push_back({&*handle, plain_name(typeid(callback)), std::move(state)});
    }
}

std::vector<Keeper> keepers_of(const callbacks::CallbackList& list) {
    std::vector<Keeper> keepers;
    list_keepers(list, keepers);
    return keepers;
}

Config to_config(const Logs& logs) {
    Config::Object members;
    for (const auto& [name, value] : logs) members.emplace_back(name, value);
    return Config::object(std::move(members));
}

Logs logs_from(const Config& config) {
    Logs logs;
    for (const auto& [name, value] : config.members()) logs.set(name, value.as_number());
    return logs;
}

constexpr std::string_view epochs_tensor = "history/epoch", values_tensor = "history/values/";

/// As tensors: it grows with every epoch.
void add_history(const History& history, TrainingCheckpoint& checkpoint) {
    checkpoint.tensors.emplace_back(epochs_tensor, Tensor::from(history.epoch));
    for (const auto& [name, values] : history.history)
        checkpoint.tensors.emplace_back(std::string(values_tensor) + name, Tensor::from(values));
}

History history_from(const Restoring& saved) {
    History history;
    for (const auto& [name, tensor] : saved.tensors()) {
        if (name == epochs_tensor && tensor.dtype() == int64) {
            const auto epochs = tensor.data<int64_t>();
            history.epoch.assign(epochs.begin(), epochs.end());
        } else if (name.starts_with(values_tensor) && tensor.dtype() == float64) {
            const auto values = tensor.data<double>();
            history.history[name.substr(values_tensor.size())].assign(values.begin(), values.end());
        }
    }
    return history;
}

}  // namespace

TrainingCheckpoint FitRun::checkpoint() const {
    TrainingCheckpoint checkpoint = collect(model_);
    Config run = position();
    Config list = Config::List();
    for (Keeper& keeper : keepers_of(callbacks_)) {
        const size_t index = list.as_list().size();
        for (size_t i = 0; i < keeper.state.tensors.size(); ++i)
            checkpoint.tensors.emplace_back(fmt::format("callback/{}/{}", index, i), keeper.state.tensors[i]);
        list.append(Config::object({{"class", keeper.name}, {"values", std::move(keeper.state.values)}}));
    }
    run.set("callbacks", std::move(list));
    add_history(history_, checkpoint);
    checkpoint.state.set("run", std::move(run));
    if (const std::string metric = step_ ? measures_.silent_metric() : ""; !metric.empty())
        checkpoint.incomplete = fmt::format(
            "the metric {} does not say what it has gathered in an epoch under way; override its state() and "
            "restore(), or save at the end of epochs",
            metric);
    return checkpoint;
}

Config FitRun::position() const {
    const SourceMemory* const memory = held_out();
    return Config::object({{"epoch", epoch_},
                           {"step", step_},
                           {"stopped", training_.stop.load()},
                           {"logs", to_config(logs_)},
                           {"own_logs", own_ ? to_config(*own_) : Config()},
                           {"measures", step_ ? measures_.state() : Config()},
                           {"feed", feed_.state(step_)},
                           {"validation", memory ? memory->state() : Config()}});
}

const SourceMemory* FitRun::held_out() const {
    const auto& batches = options_.validation_data.batches;
    return batches ? batches->memory().get() : nullptr;
}

void FitRun::resume_from(std::string path, std::string otherwise) {
    source_ = {std::move(path), std::move(otherwise)};
}

void FitRun::resume() {
    if (!source_) return;
    const std::string& file = source_->path;
    const TrainingCheckpoint saved = read_newest_checkpoint(file, source_->otherwise);
    const TrainingCheckpoint before = checkpoint();
    try {
        restore(Restoring(model_, saved, file), true);
    } catch (const ConfigError& error) {
        restore(Restoring(model_, before, file), false);
        fail_at(file, {}, "its training state is none: {}", error.what());
    } catch (...) {
        restore(Restoring(model_, before, file), false);
        throw;
    }
}

/// Checks first; what then still throws is undone by restoring what was before.
void FitRun::restore(const Restoring& saved, bool begin) {
    const Config* const run = saved.run();
    if (!run) {
        saved.assign_variables();
        return saved.restore_generators();
    }
    const std::vector<Keeper> keepers = keepers_of(callbacks_);
    const Config::List& states = (*run)["callbacks"].as_list();
    std::vector<std::string> then, now;
    for (const Config& state : states) then.push_back(state["class"].as_string());
    for (const Keeper& keeper : keepers) now.push_back(keeper.name);
    if (then != now)
        saved.unfit(fmt::format("its callbacks that remember something are [{}], those of fit() are [{}]",
                                fmt::join(then, ", "), fmt::join(now, ", ")));
    saved.assign_variables();
    restore_position(*run);
    history_ = history_from(saved);
    if (begin && step_ > 0 && epoch_ < options_.epochs) callbacks_.on_epoch_begin(epoch_, {});
    saved.assign_variables();  // the rate is another one if that began an epoch with a schedule
    for (size_t i = 0; i < keepers.size(); ++i)
        keepers[i].callback->restore({states[i]["values"], saved.tensors_of_callback(i)});
    saved.restore_generators();
}

void FitRun::restore_position(const Config& run) {
    const int64_t epoch = run["epoch"].as_integer(), step = run["step"].as_integer();
    if (epoch < 0 || step < 0)
        fail<ValueError>("fit: what was saved stands at epoch {}, batch {}", epoch, step);
    feed_.restore(run["feed"], epoch);
    if (const auto& batches = options_.validation_data.batches; batches && batches->memory())
        batches->memory()->restore(run["validation"]);
    if (step > 0) {
        measures_.restore(run["measures"]);
        Trainer(model_).keep_metrics(measures_);
    }
    const Config& own = run["own_logs"];
    own_ = own.is_null() ? std::nullopt : std::optional(logs_from(own));
    logs_ = logs_from(run["logs"]);
    stopped_ = run["stopped"].as_bool();
    training_.stop = stopped_;
    epoch_ = epoch;
    step_ = step;
}

}  // namespace keratin
