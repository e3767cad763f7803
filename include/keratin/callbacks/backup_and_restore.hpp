#pragma once

#include <keratin/models/callback.hpp>

#include <optional>
#include <string>

namespace keratin::callbacks {

struct BackupAndRestoreOptions {
    std::optional<int64_t> save_freq = {};  ///< batches; every epoch when not given
    bool delete_checkpoint = true;  ///< when training has come to its end, not when it was interrupted
};

/// Lets a fit() that was interrupted go on where it stopped (keras.callbacks.BackupAndRestore), with the very
/// numbers that it would have had: Model::save_checkpoint() into backup_dir/backup.safetensors, every epoch
/// or so many batches, and when FitOptions::stop interrupts it. The one before stays as
/// backup.previous.safetensors and is taken when the newest is damaged, so that after a crash at any moment
/// there is one to load. The next fit() with the same backup_dir starts from there. The model must be built
/// and compiled (ValueError).
class KERATIN_EXPORT BackupAndRestore : public Callback {
public:
    explicit BackupAndRestore(std::string backup_dir, BackupAndRestoreOptions options = {});
    void on_train_begin(const Logs&) override;
    void on_train_batch_end(int64_t batch, const Logs&) override;
    void on_epoch_end(int64_t epoch, Logs&) override;
    void on_interrupt() override;
    void on_train_end(const Logs&) override;

private:
    std::string file(const char* which) const;
    void save() const;

    std::string directory_;
    BackupAndRestoreOptions options_;
    int64_t batches_since_save_ = 0;
    bool interrupted_ = false;
};

}  // namespace keratin::callbacks
