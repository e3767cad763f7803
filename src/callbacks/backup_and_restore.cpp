#include <keratin/callbacks/backup_and_restore.hpp>

#include "io/file.hpp"

#include <keratin/io/safetensors.hpp>
#include <keratin/models/model.hpp>

#include <filesystem>
#include <system_error>

namespace keratin::callbacks {
namespace {

/// What a backup holds, by name: the model's variables, the optimizer's.
std::vector<std::pair<std::string, Variable>> state_of(Model& model) {
    std::vector<std::pair<std::string, Variable>> all;
    for (Variable& variable : model.variables()) all.emplace_back("model/" + variable.path(), variable);
    for (Variable& variable : model.optimizer().variables())
        all.emplace_back("optimizer/" + variable.path(), variable);
    return all;
}

}  // namespace

BackupAndRestore::BackupAndRestore(std::string backup_dir, BackupAndRestoreOptions options)
    : directory_(std::move(backup_dir)), options_(options) {
    if (directory_.empty())
        fail<ValueError>("BackupAndRestore: backup_dir is empty; give it a directory of its own");
    if (options_.save_freq && *options_.save_freq < 1)
        fail<ValueError>("BackupAndRestore: save_freq is {}; it must be at least 1", *options_.save_freq);
}

std::string BackupAndRestore::file() const {
    return (std::filesystem::path(directory_) / "backup.safetensors").string();
}

void BackupAndRestore::on_train_begin(const Logs&) {
    if (model->variables().empty())
        fail<ValueError>("BackupAndRestore: {} is not built; build it, or call it once, before fit()",
                         model->name());
    epoch_ = 0;
    batches_since_save_ = 0;
    model->optimizer().build(model->trainable_variables());
    if (io::file_exists(file())) restore();
}

void BackupAndRestore::on_train_batch_end(int64_t, const Logs&) {
    if (!options_.save_freq || ++batches_since_save_ < *options_.save_freq) return;
    batches_since_save_ = 0;
    save();
}

void BackupAndRestore::on_epoch_end(int64_t epoch, Logs&) {
    epoch_ = epoch + 1;
    if (!options_.save_freq) save();
}

void BackupAndRestore::on_train_end(const Logs&) {
    if (!options_.delete_checkpoint) return;
    std::error_code ignored;  // what else lies in the directory stays, and keeps it
    std::filesystem::remove(file(), ignored);
    std::filesystem::remove(directory_, ignored);
}

void BackupAndRestore::save() const {
    std::error_code error;
    std::filesystem::create_directories(directory_, error);
    if (error) fail<IoError>("{}: the directory cannot be made: {}", directory_, error.message());
    io::NamedTensors tensors = {{"epoch", Tensor::scalar(epoch_, int64)}};
    for (const auto& [name, variable] : state_of(*model)) tensors.emplace_back(name, variable.storage());
    io::save_safetensors(file(), tensors, {.metadata = {{"format", "keratin"}}});
}

/// All is checked before anything is assigned, so that a backup of another model changes nothing.
void BackupAndRestore::restore() {
    const auto state = state_of(*model);
    const io::NamedTensors tensors = io::load_safetensors(file());
    const auto unfit = [&](const std::string& what) {
        fail<ValueError>(
            "BackupAndRestore: {} is of another model or optimizer: {}; remove it, or fit() what it "
            "was made of",
            file(), what);
    };
    if (tensors.size() != state.size() + 1 || tensors.front().first != "epoch")
        unfit(fmt::format("it holds {} tensors, {} are needed", tensors.size(), state.size() + 1));
    // By position: names of models are numbered anew in every process, and differ within one.
    for (size_t i = 0; i < state.size(); ++i) {
        const auto& [name, variable] = state[i];
        const auto& [found, tensor] = tensors[i + 1];
        if (tensor.shape() != variable.shape() || tensor.dtype() != variable.dtype())
            unfit(fmt::format("it has {} of shape {} ({}), {} of shape {} ({}) is needed", found,
                              tensor.shape(), tensor.dtype(), name, variable.shape(), variable.dtype()));
    }
    for (size_t i = 0; i < state.size(); ++i) state[i].second.assign(tensors[i + 1].second);
    epoch_ = tensors.front().second.item<int64_t>();
    model->start_at_epoch(epoch_);
}

}  // namespace keratin::callbacks
