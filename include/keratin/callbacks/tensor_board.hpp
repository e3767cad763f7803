#pragma once

#include <keratin/models/callback.hpp>

#include <chrono>
#include <memory>
#include <optional>
#include <string>

namespace keratin::callbacks {

struct TensorBoardOptions {
    bool write_steps_per_second = false;
    std::optional<int64_t> update_freq = {};  ///< batches; only at the end of epochs when not given
};

/// Writes what TensorBoard draws (keras.callbacks.TensorBoard): the logs of epochs (epoch_loss, ..) and of
/// every update_freq batches (batch_loss, ..) into log_dir/train, those of validation into
/// log_dir/validation. Scalars only. Throws IoError when a file cannot be written.
class KERATIN_EXPORT TensorBoard : public Callback {
public:
    explicit TensorBoard(std::string log_dir = "logs", TensorBoardOptions options = {});
    void on_train_begin(const Logs&) override;
    void on_epoch_begin(int64_t epoch, const Logs&) override;
    void on_train_batch_begin(int64_t batch, const Logs&) override;
    void on_train_batch_end(int64_t batch, const Logs& logs) override;
    void on_epoch_end(int64_t epoch, Logs& logs) override;
    void on_test_end(const Logs& logs) override;
    void on_train_end(const Logs&) override;
    CallbackState state() const override;
    void restore(const CallbackState& state) override;

private:
    using Clock = std::chrono::steady_clock;
    class Writer;
    Writer& writer(std::shared_ptr<Writer>& writer, const char* run);
    Writer& train() { return writer(train_, "train"); }
    Writer& validation() { return writer(validation_, "validation"); }

    std::string directory_;
    TensorBoardOptions options_;
    std::shared_ptr<Writer> train_, validation_;  ///< made when there is something to write
    int64_t batches_ = 0;                         ///< of all epochs
    int64_t batches_before_epoch_ = 0;
    Clock::time_point epoch_begin_, batch_begin_;
};

}  // namespace keratin::callbacks
