#include <keratin/callbacks/backup_and_restore.hpp>

#include "io/file.hpp"

#include <keratin/models/model.hpp>

#include <filesystem>
#include <system_error>

namespace keratin::callbacks {
namespace {

constexpr const char* newest = "backup.safetensors";
constexpr const char* previous = "backup.previous.safetensors";

/// What a process that was killed while it saved has left.
void remove_unfinished(const std::string& directory) {
    using std::filesystem::directory_iterator;
    std::error_code ended, ignored;
    for (directory_iterator at(directory, ended); !ended && at != directory_iterator(); at.increment(ended)) {
        const std::string name = at->path().filename().string();
        if (name.starts_with("backup.") && name.ends_with(".tmp"))
            std::filesystem::remove(at->path(), ignored);
    }
}

}  // namespace

BackupAndRestore::BackupAndRestore(std::string backup_dir, BackupAndRestoreOptions options)
    : directory_(std::move(backup_dir)), options_(options) {
    if (directory_.empty())
        fail<ValueError>("BackupAndRestore: backup_dir is empty; give it a directory of its own");
    if (options_.save_freq && *options_.save_freq < 1)
        fail<ValueError>("BackupAndRestore: save_freq is {}; it must be at least 1", *options_.save_freq);
}

std::string BackupAndRestore::file(const char* which) const {
    return (std::filesystem::path(directory_) / which).string();
}

void BackupAndRestore::on_train_begin(const Logs&) {
    if (model->variables().empty())
        fail<ValueError>("BackupAndRestore: {} is not built; build it, or call it once, before fit()",
                         model->name());
    batches_since_save_ = 0;
    interrupted_ = false;
    remove_unfinished(directory_);
    if (io::file_exists(file(newest)) || io::file_exists(file(previous)))
        model->resume_from(file(newest), file(previous));
}

void BackupAndRestore::on_train_batch_end(int64_t, const Logs&) {
    if (!options_.save_freq || ++batches_since_save_ < *options_.save_freq) return;
    batches_since_save_ = 0;
    save();
}

void BackupAndRestore::on_epoch_end(int64_t, Logs&) {
    if (!options_.save_freq && !interrupted_) save();
}

void BackupAndRestore::on_interrupt() {
    interrupted_ = true;
    save();
}

void BackupAndRestore::on_train_end(const Logs&) {
    if (!options_.delete_checkpoint || interrupted_) return;
    std::error_code ignored;  // what else lies in the directory stays, and keeps it
    // The older one first: whatever is left when this is cut short is the end of the run.
    std::filesystem::remove(file(previous), ignored);
    std::filesystem::remove(file(newest), ignored);
    std::filesystem::remove(directory_, ignored);
}

void BackupAndRestore::save() const {
    io::make_directories(directory_);
    model->save_checkpoint(file(newest), {.previous = file(previous)});
}

}  // namespace keratin::callbacks
