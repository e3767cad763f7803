#include <keratin/callbacks/model_checkpoint.hpp>

#include "io/file.hpp"

#include <keratin/models/model.hpp>

#include <fmt/args.h>
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cstdio>
#include <filesystem>
#include <string_view>
#include <vector>

namespace keratin::callbacks {
namespace {

/// The first of the fields "{name}" or "{name:format}" that is not among the names; "" for none.
std::string unknown_field(std::string_view text, const std::vector<std::string>& names) {
    for (size_t at = 0; (at = text.find('{', at)) != std::string_view::npos; ++at) {
        if (text.substr(++at).starts_with('{')) continue;  // a brace that stands for itself
        const size_t end = text.find_first_of(":}", at);
        if (end == std::string_view::npos) return "";
        const std::string_view name = text.substr(at, end - at);
        if (std::find(names.begin(), names.end(), name) == names.end()) return std::string(name);
    }
    return "";
}

}  // namespace

ModelCheckpoint::ModelCheckpoint(std::string filepath, ModelCheckpointOptions options)
    : Monitor(options.monitor, options.mode, 0, options.initial_value_threshold),
      filepath_(std::move(filepath)),
      options_(std::move(options)) {
    const char* other = options_.save_weights_only ? ".weights.h5" : ".keras";
    if (!filepath_.ends_with(".safetensors") && !filepath_.ends_with(other))
        fail<ValueError>("ModelCheckpoint: \"{}\" must end in .safetensors or {} for {}", filepath_, other,
                         options_.save_weights_only ? "weights" : "checkpoints and whole models");
    if (options_.save_freq && *options_.save_freq < 1)
        fail<ValueError>("ModelCheckpoint: save_freq is {}; it must be at least 1", *options_.save_freq);
}

void ModelCheckpoint::on_epoch_begin(int64_t epoch, const Logs&) {
    epoch_ = epoch;
}

void ModelCheckpoint::on_train_batch_end(int64_t batch, const Logs& logs) {
    if (!options_.save_freq || ++batches_since_save_ < *options_.save_freq) return;
    batches_since_save_ = 0;
    save(batch, logs);
}

void ModelCheckpoint::on_epoch_end(int64_t epoch, Logs& logs) {
    epoch_ = epoch;
    if (!options_.save_freq) save(std::nullopt, logs);
}

std::string ModelCheckpoint::path(std::optional<int64_t> batch, const Logs& logs) const {
    fmt::dynamic_format_arg_store<fmt::format_context> values;
    std::vector<std::string> names = {"epoch"};
    values.push_back(fmt::arg("epoch", epoch_ + 1));
    if (batch) {
        values.push_back(fmt::arg("batch", *batch + 1));
        names.emplace_back("batch");
    }
    for (const auto& [name, value] : logs) {
        values.push_back(fmt::arg(name.c_str(), value));
        names.push_back(name);
    }
    try {
        return fmt::vformat(filepath_, values);
    } catch (const fmt::format_error& error) {
        if (const std::string name = unknown_field(filepath_, names); !name.empty())
            fail<ValueError>("ModelCheckpoint: \"{}\" names \"{}\", which is not in the logs; there are {}",
                             filepath_, name, fmt::join(names, ", "));
        fail<ValueError>("ModelCheckpoint: \"{}\" is no format of the logs: {}", filepath_, error.what());
    }
}

void ModelCheckpoint::save(std::optional<int64_t> batch, const Logs& logs) {
    const std::string file = path(batch, logs);
    if (!options_.save_best_only) {
        if (options_.verbose > 0) fmt::print("\nEpoch {}: saving model to {}\n", epoch_ + 1, file);
        write(file);
        return;
    }
    const double* current = monitored(logs);
    if (!current) return;
    if (!improves(*current)) {
        if (options_.verbose > 0)
            fmt::print("\nEpoch {}: {} did not improve from {:.5f}\n", epoch_ + 1, monitor_, *best_);
        return;
    }
    if (options_.verbose > 0)
        fmt::print("\nEpoch {}: {} improved from {} to {:.5f}, saving model to {}\n", epoch_ + 1, monitor_,
                   best_ ? fmt::format("{:.5f}", *best_) : "None", *current, file);
    best_ = *current;
    write(file);
}

void ModelCheckpoint::write(const std::string& file) const {
    if (const auto folder = std::filesystem::path(file).parent_path(); !folder.empty())
        io::make_directories(folder.string());
    const auto saved = [verbose = options_.verbose, epoch = epoch_, file] {
        if (verbose > 0) fmt::print("\nEpoch {}: finished saving model to {}\n", epoch + 1, file);
    };
    if (!options_.save_weights_only && file.ends_with(".safetensors"))
        return model->save_checkpoint(file, {.saved = saved});
    options_.save_weights_only ? model->save_weights(file) : model->save(file);
    saved();
}

CallbackState ModelCheckpoint::state() const {
    CallbackState state = Monitor::state();
    state.values.set("batches", batches_since_save_);
    return state;
}

void ModelCheckpoint::restore(const CallbackState& state) {
    Monitor::restore(state);
    batches_since_save_ = state.values["batches"].as_integer();
}

}  // namespace keratin::callbacks
