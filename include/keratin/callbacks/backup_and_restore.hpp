#pragma once

#include <keratin/models/callback.hpp>

#include <optional>
#include <string>

namespace keratin::callbacks {

struct BackupAndRestoreOptions {
    std::optional<int64_t> save_freq = {};  ///< batches; every epoch when not given
    bool delete_checkpoint = true;          ///< when training has come to its end
};

/// Lets a fit() that was interrupted go on where it stopped (keras.callbacks.BackupAndRestore): weights, the
/// optimizer's state and the epoch are kept in backup_dir/backup.safetensors, which is replaced at once, so
/// that a crash leaves the old or the new one. The next fit() with the same backup_dir starts from there. The
/// model must be built and compiled (ValueError).
class KERATIN_EXPORT BackupAndRestore : public Callback {
public:
    explicit BackupAndRestore(std::string backup_dir, BackupAndRestoreOptions options = {});
    void on_train_begin(const Logs&) override;
    void on_train_batch_end(int64_t batch, const Logs&) override;
    void on_epoch_end(int64_t epoch, Logs&) override;
    void on_train_end(const Logs&) override;

private:
    std::string file() const;
    void save() const;
    void restore();

    std::string directory_;
    BackupAndRestoreOptions options_;
    int64_t epoch_ = 0;  ///< to go on with
    int64_t batches_since_save_ = 0;
};

}  // namespace keratin::callbacks
