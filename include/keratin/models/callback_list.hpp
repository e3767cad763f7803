#pragma once

#include <keratin/models/callback.hpp>

#include <vector>

namespace keratin::callbacks {

struct CallbackListOptions {
    bool add_progbar = false;  ///< a ProgbarLogger at the end, unless there is one
    Model* model = nullptr;
    RunParameters params = {};
};

/// Several callbacks as one, told of everything in their order (keras.callbacks.CallbackList). fit(),
/// evaluate() and predict() call theirs through one; loops of one's own may do the same. Each begin hands the
/// list's model and params to the callbacks.
class KERATIN_EXPORT CallbackList : public Callback {
public:
    explicit CallbackList(std::vector<CallbackHandle> callbacks = {},
                          const CallbackListOptions& options = {});

    void append(CallbackHandle callback);
    const std::vector<CallbackHandle>& callbacks() const { return callbacks_; }
    void set_model(Model* model);
    void set_params(const RunParameters& params);
    /// False when nobody would look at a batch's logs, so that they need not be gathered.
    bool wants_batch_logs() const;

    void on_train_begin(const Logs& logs) override;
    void on_train_end(const Logs& logs) override;
    void on_epoch_begin(int64_t epoch, const Logs& logs) override;
    void on_epoch_end(int64_t epoch, Logs& logs) override;
    void on_train_batch_begin(int64_t batch, const Logs& logs) override;
    void on_train_batch_end(int64_t batch, const Logs& logs) override;
    void on_test_begin(const Logs& logs) override;
    void on_test_end(const Logs& logs) override;
    void on_test_batch_begin(int64_t batch, const Logs& logs) override;
    void on_test_batch_end(int64_t batch, const Logs& logs) override;
    void on_predict_begin(const Logs& logs) override;
    void on_predict_end(const Logs& logs) override;
    void on_predict_batch_begin(int64_t batch, const Logs& logs) override;
    void on_predict_batch_end(int64_t batch, const Logs& logs) override;
    void on_interrupt() override;

private:
    void hand_down() const;
    bool has_progbar() const;

    std::vector<CallbackHandle> callbacks_;
};

}  // namespace keratin::callbacks
